// Forms: rows are added in place, masses told in kilograms, the device's time sent along, nothing sent twice.
"use strict";

(() => {
  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (event.submitter && event.submitter.hasAttribute("data-more")) return;
      const now = new Date();
      const at = form.elements.device_at, offset = form.elements.offset_minutes;
      if (at) at.value = now.toISOString().replace(/(\.\d{3})Z$/, "$1000Z");
      if (offset) offset.value = String(-now.getTimezoneOffset());
      // after the browser has gathered the fields
      setTimeout(() => {
        for (const button of form.querySelectorAll("button")) button.disabled = true;
        if (event.submitter) work(event.submitter);
      });
    });
  }
  // what takes more than a second says that it goes on
  function work(button) {
    button.setAttribute("aria-busy", "true");
    setTimeout(() => {
      const told = document.getElementById("working");
      if (told && button.getAttribute("aria-busy") === "true") told.textContent = told.dataset.working;
    }, 1000);
  }
  function rest() {
    for (const button of document.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
    document.getElementById("working")?.replaceChildren();
  }
  // a download leaves the page as it is, so nothing else would tell that it is still being made
  for (const form of document.querySelectorAll("form[data-download]")) {
    form.addEventListener("submit", (event) => {
      if (!event.submitter || event.submitter.disabled) return;
      event.preventDefault();
      const button = event.submitter;
      button.disabled = true;
      work(button);
      fetch(form.action, { method: "POST", body: new FormData(form) })
        .then(async (answer) => {
          const named = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") || "");
          // what is refused, or asks for a proof first, is a page of its own
          if (!named) return form.submit();
          const link = document.createElement("a");
          link.href = URL.createObjectURL(await answer.blob());
          link.download = named[1];
          link.click();
          setTimeout(() => URL.revokeObjectURL(link.href), 60000);
        })
        .catch(() => form.submit())
        .finally(() => {
          button.disabled = false;
          rest();
        });
    });
  }
  // the back button shows the page as it was left
  addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("form[data-once] button")) button.disabled = false;
    rest();
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-more]");
    const table = button && button.closest("[data-table]");
    const pattern = table && table.querySelector("template");
    if (!pattern) return;
    event.preventDefault();
    const count = table.querySelector("[data-rows]"), rows = table.querySelector(".table-rows");
    const wanted = Math.min(500, Math.max(1, parseInt(table.querySelector(".more input").value, 10) || 1));
    for (let made = 0; made < wanted; made += 1) {
      const number = Number(count.value);
      const before = rows.lastElementChild;
      const holder = document.createElement("div");
      holder.innerHTML = pattern.innerHTML.replaceAll("__row__", String(number));
      const row = holder.firstElementChild;
      row.querySelector(".row-number").textContent = String(number + 1);
      row.setAttribute("aria-label", row.getAttribute("aria-label").replace("new", String(number + 1)));
      rows.append(row);
      count.value = String(number + 1);
      copy(before, row);
    }
    rows.lastElementChild.querySelector("input, select").focus();
  });

  // the next unit is mostly of the same kind: form, class of seal and packaging are taken over
  function copy(from, to) {
    if (!from) return;
    const olds = from.querySelectorAll("input, select"), news = to.querySelectorAll("input, select");
    news.forEach((field, index) => {
      const same = field.tagName === "SELECT" || /tare_grams$/.test(field.name);
      if (same && olds[index]) field.value = olds[index].value;
    });
  }

  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.matches("[data-grams]")) return;
    let hint = field.nextElementSibling;
    if (!hint || !hint.classList.contains("hint")) {
      hint = document.createElement("output");
      hint.className = "hint";
      hint.htmlFor = field.id;
      field.after(hint);
    }
    const grams = Number(field.value.replace(/\s/g, "").replace(",", "."));
    const known = field.value.trim() !== "" && Number.isFinite(grams);
    hint.textContent = known ? `= ${(grams / 1000).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 6 })} kg` : "";
  });

  // a scanner ends each code with Enter: in a field for labels or seals that means "next", not "send"
  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key !== "Enter" || !field.matches("[data-label], [data-seal]")) return;
    event.preventDefault();
    const fields = Array.from(field.form.querySelectorAll("input:not([type=hidden]), select, textarea, .send button")).filter((one) => one.offsetParent);
    const next = fields[fields.indexOf(field) + 1];
    if (next) next.focus();
  });

  const wrong = document.querySelector("[data-focus]");
  if (wrong) wrong.focus();

  for (const cell of document.querySelectorAll(".logins tbody td:first-child code")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = cell.textContent;
    button.setAttribute("aria-label", cell.closest(".logins").dataset.fill.replace("{badge}", cell.textContent));
    button.addEventListener("click", () => {
      document.getElementById("id_login").value = button.textContent;
      const password = document.getElementById("id_password");
      password.value = document.querySelector(".logins p code").textContent;
      password.form.querySelector("button").focus();
    });
    cell.replaceWith(button);
  }
})();
