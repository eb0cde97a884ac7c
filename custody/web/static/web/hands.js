// The taker's checklist: a scan ticks its unit, and what is still to be looked at is counted.
"use strict";

(() => {
  function start() {
    const form = document.querySelector("[data-checklist]");
    if (form) attend(form);
  }
  // a refused answer comes back with a checklist of its own
  document.addEventListener("custody:shown", start);
  start();

  function attend(form) {
    const items = Array.from(form.querySelectorAll("[data-unit]"));
    const told = form.querySelector("[data-count]");
    const scanning = form.querySelector("[data-scanning]");
    const field = scanning.querySelector("input"), answer = scanning.querySelector("[role=status]");
    const tickOf = (item) => item.querySelector(".tick input"), otherwiseOf = (item) => item.querySelector("select");
    // a seal that is not whole names itself after a space; any other word is a reason not to take the unit
    const takes = (item) => tickOf(item).checked || otherwiseOf(item).value.includes(" ");

    function count() {
      const taken = items.filter(takes).length;
      const left = items.filter((item) => !takes(item) && otherwiseOf(item).value).length;
      const numbers = { taken, left, all: items.length, open: items.length - taken - left };
      told.textContent = told.dataset.words.replace(/\{(\w+)\}/g, (_, name) => numbers[name]);
    }

    form.addEventListener("change", (event) => {
      const item = event.target.closest("[data-unit]");
      if (!item) return;
      if (event.target === otherwiseOf(item) && event.target.value) tickOf(item).checked = false;
      if (event.target === tickOf(item) && event.target.checked) otherwiseOf(item).value = "";
      if (/^(mass_differs|seal_differs|other)$/.test(otherwiseOf(item).value)) item.querySelector("details").open = true;
      count();
    });

    // a code holds an address that ends in the label
    function plain(text) {
      return text.trim().replace(/\/+$/, "").split("/").pop().toUpperCase();
    }

    scanning.hidden = false;
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      const text = plain(field.value);
      field.value = "";
      if (!text) return;
      const item = items.find((one) => one.dataset.unit === text || one.dataset.seals.toUpperCase().split(" ").includes(text));
      if (item) {
        tickOf(item).checked = true;
        otherwiseOf(item).value = "";
        item.scrollIntoView({ block: "nearest" });
        count();
      }
      const words = item ? scanning.dataset.found : scanning.dataset.unknown;
      answer.textContent = words.replace("{label}", item ? item.dataset.unit : "").replace("{text}", text);
    });
    addEventListener("pageshow", count);
    count();
  }
})();
