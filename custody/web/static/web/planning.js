// The planning board: cards are dragged, or moved by arrow keys; the form stays what is sent.
"use strict";

(() => {
  const form = document.querySelector("[data-arrange]");
  if (!form) return;
  const words = form.dataset, said = form.querySelector("[data-said]"), counter = form.querySelector("[data-count]");
  const columns = Array.from(form.querySelectorAll("[data-column]"));
  const language = document.documentElement.lang || "en";
  let sending = false;
  form.classList.add("live");

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name]);
  const cardsOf = (column) => Array.from(column.querySelectorAll("[data-card]"));
  const columnOf = (card) => card.closest("[data-column]");
  const titleOf = (column) => column.querySelector("h2").textContent;
  const select = (card) => card.querySelector(".card-to select");
  const loads = (card) => card.dataset.loads.split(";").map((one) => {
    const [substance, shape, grams, place] = one.split("|");
    return { substance, shape, grams: Number(grams), place };
  });
  // The language's own decimals, and thousands apart as everywhere on the pages.
  const decimals = new Intl.NumberFormat(language, { maximumFractionDigits: 3 });
  const number = (value) => decimals.formatToParts(value).map((one) => one.type === "group" ? "\u202f" : one.value).join("");
  const mass = (grams) => grams >= 1000 ? `${number(grams / 1000)}\u00a0kg` : `${number(grams)}\u00a0g`;
  const sum = (several, counts) => several.flatMap(loads).filter(counts).reduce((all, one) => all + one.grams, 0);

  // What the act would refuse is told at once; the act judges in the end.
  function whyNot(cards, column) {
    if (column.dataset.column === "0") return null;
    for (const card of cards) {
      const why = card.querySelector("[data-why]");
      if (why) return why.textContent;
      if (Number(card.dataset.ready) > Number(column.dataset.starts)) return words.notReady;
    }
    const all = [...new Set([...cardsOf(column), ...cards])];
    const covered = new Set();
    for (const cap of column.dataset.caps.split(";").filter(Boolean)) {
      const [substance, shape, grams] = cap.split("|");
      const counts = (one) => (!substance || one.substance === substance) && (!shape || one.shape === shape);
      for (const card of cards) if (loads(card).every(counts)) covered.add(card);
      if (cards.flatMap(loads).some(counts) && sum(all, counts) > Number(grams)) return words.over;
    }
    if (covered.size < cards.length) return words.notAdmitted;
    const carries = column.dataset.vehicle, away = (one) => one.place !== column.dataset.plant;
    if (carries && cards.flatMap(loads).some(away) && sum(all, away) > Number(carries)) return words.vehicleFull;
    return null;
  }

  function told(column) {
    const here = cardsOf(column), units = column.querySelector("[data-units]");
    const load = Number(column.dataset.staged) + sum(here, () => true), cap = Number(column.dataset.cap);
    if (units) units.textContent = String(here.reduce((all, card) => all + Number(card.dataset.size), 0));
    if (!column.querySelector("[data-load]")) return "";
    const percent = cap ? Math.min(100, Math.ceil((load * 100) / cap)) : 100;
    column.querySelector("[data-load]").textContent = mass(load);
    column.querySelector("[data-percent]").textContent = String(percent);
    column.querySelector("meter").value = percent;
    const room = column.querySelector("[data-room]");
    if (room) room.textContent = mass(Math.max(0, cap - load));
    return fill(words.loadWords, { load: mass(load), cap: mass(cap), percent });
  }

  function count() {
    const changed = form.querySelectorAll(".card.moved").length;
    counter.textContent = String(changed);
    // in reach once there is something to record, or to be told
    bar.classList.toggle("needed", changed > 0 || bubble.textContent !== "");
    return changed;
  }

  function move(cards, column) {
    const names = cards.length === 1 ? cards[0].dataset.card : fill(words.several, { count: cards.length });
    const coming = cards.filter((card) => columnOf(card) !== column);
    const why = coming.length ? whyNot(coming, column) : null;
    if (why) {
      for (const card of cards) select(card).value = columnOf(card).dataset.column;
      said.textContent = fill(words.refused, { name: names, column: titleOf(columnOf(cards[0])), why });
      show(said.textContent);
      return false;
    }
    const left = new Set(coming.map(columnOf));
    for (const card of coming) {
      column.querySelector(".moved-cards").prepend(card);
      select(card).value = column.dataset.column;
      card.classList.toggle("moved", card.dataset.from !== column.dataset.column);
      const tick = card.querySelector("[name=tick]");
      if (tick) tick.checked = false;
    }
    left.forEach(told);
    said.textContent = fill(words.moved, { name: names, column: titleOf(column), load: told(column) });
    show("");
    return true;
  }

  // Who sees the page reads why something stayed, too.
  const bar = form.querySelector(".recording"), bubble = document.createElement("p");
  bubble.className = "over";
  bubble.setAttribute("aria-hidden", "true");
  bar.append(bubble);
  const show = (text) => {
    bubble.textContent = text;
    count();
  };

  const ticked = (card) => {
    const several = Array.from(form.querySelectorAll("[name=tick]:checked")).map((box) => box.closest("[data-card]"));
    return several.includes(card) ? several : [card];
  };

  // --- selects and the button for many

  form.addEventListener("change", (event) => {
    const card = event.target.closest(".card-to") && event.target.closest("[data-card]");
    if (card && move([card], columns[Number(event.target.value)])) select(card).focus();
  });
  form.querySelector("[data-together-move]").addEventListener("click", (event) => {
    event.preventDefault();
    const several = Array.from(form.querySelectorAll("[name=tick]:checked")).map((box) => box.closest("[data-card]"));
    if (several.length) move(several, columns[Number(form.elements.together.value)]);
  });

  // --- arrow keys, on a grip that takes one stop of the Tab key for the whole board

  const grips = [];
  for (const card of form.querySelectorAll("[data-card]")) {
    const grip = document.createElement("button");
    grip.type = "button";
    grip.className = "grip";
    grip.textContent = "\u2807";
    grip.tabIndex = grips.length ? -1 : 0;
    grip.setAttribute("aria-label", fill(words.grip, { name: card.dataset.card }));
    card.querySelector(".card-top").append(grip);
    grips.push(grip);
  }

  function reach(card) {
    if (!card) return;
    for (const grip of grips) grip.tabIndex = -1;
    const grip = card.querySelector(".grip");
    grip.tabIndex = 0;
    grip.focus();
    card.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  form.addEventListener("keydown", (event) => {
    if (!event.target.matches(".grip")) return;
    const card = event.target.closest("[data-card]"), column = columnOf(card);
    const here = cardsOf(column), at = here.indexOf(card), step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "ArrowDown") reach(here[at + 1]);
    else if (event.key === "ArrowUp") reach(here[at - 1]);
    else if (event.key === "Escape") move([card], columns[Number(card.dataset.from)]);
    else if (step) {
      const next = columns[Number(column.dataset.column) + step];
      if (next) move(ticked(card), next);
    } else return;
    event.preventDefault();
    if (step || event.key === "Escape") reach(card);
  });

  // --- dragging, by mouse, pen or finger

  let carried = null;

  function over(event) {
    const found = document.elementFromPoint(event.clientX, event.clientY);
    return found && found.closest("[data-column]");
  }

  function mark(column, why) {
    for (const one of columns) one.classList.remove("here", "full-for");
    if (column) column.classList.add(why ? "full-for" : "here");
  }

  function begin(event) {
    const card = event.target.closest("[data-card]");
    const held = event.target.closest("a, select, input, label, button");
    if (!card || event.button || (held && !held.matches(".grip"))) return;
    if (event.pointerType !== "mouse" && !event.target.matches(".grip")) return;
    carried = { card, x: event.clientX, y: event.clientY, sign: null };
    event.target.setPointerCapture(event.pointerId);
  }

  function carry(event) {
    if (!carried) return;
    if (!carried.sign) {
      if (Math.hypot(event.clientX - carried.x, event.clientY - carried.y) < 6) return;
      carried.cards = ticked(carried.card);
      carried.sign = document.createElement("div");
      carried.sign.className = "carried";
      carried.sign.textContent = `${carried.cards.length > 1 ? fill(words.several, { count: carried.cards.length }) : carried.card.dataset.card}, ${mass(sum(carried.cards, () => true))}`;
      document.body.append(carried.sign);
    }
    event.preventDefault();
    carried.sign.style.transform = `translate(${event.clientX + 12}px, ${event.clientY + 12}px)`;
    const side = form.querySelector(".sessions-side"), box = side.getBoundingClientRect();
    if (event.clientX > box.right - 60) side.scrollLeft += 18;
    else if (event.clientX < box.left + 60) side.scrollLeft -= 18;
    if (event.clientY > innerHeight - 80) scrollBy(0, 14);
    else if (event.clientY < 130) scrollBy(0, -14);
    const column = over(event);
    const coming = carried.cards.filter((card) => columnOf(card) !== column);
    mark(column, column && coming.length && whyNot(coming, column));
  }

  function drop(event) {
    if (!carried) return;
    const { cards, sign } = carried;
    carried = null;
    mark(null);
    if (!sign) return;
    sign.remove();
    const column = event.type === "pointerup" && over(event);
    if (column) move(cards, column);
  }

  form.addEventListener("pointerdown", begin);
  form.addEventListener("pointermove", carry);
  form.addEventListener("pointerup", drop);
  form.addEventListener("pointercancel", drop);

  // --- the draft

  // A browser that went back fills in the selects again: the cards follow them.
  addEventListener("pageshow", (event) => {
    // of one that the browser kept whole; the first one may come after the draft was sent off
    if (event.persisted) sending = false;
    for (const card of form.querySelectorAll("[data-card]")) {
      const column = columns[Number(select(card).value)];
      if (column !== columnOf(card)) move([card], column);
    }
  });
  form.addEventListener("submit", () => { sending = true; });
  form.querySelector("[data-drop]").addEventListener("click", () => { sending = true; });
  addEventListener("beforeunload", (event) => {
    if (!sending && count()) event.preventDefault();
  });
})();
