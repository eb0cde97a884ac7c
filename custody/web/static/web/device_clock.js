// A device whose clock is off by more than two minutes says so before anything is recorded by it.
"use strict";

(() => {
  const TOLERATED = 2, MINUTE = 60000;

  function compare() {
    const main = document.getElementById("main"), note = document.querySelector("[data-device-clock]");
    if (!note || !main.dataset.now) return;
    const minutes = Math.round((Date.now() - Date.parse(main.dataset.now)) / MINUTE);
    note.hidden = Math.abs(minutes) <= TOLERATED;
    const words = minutes > 0 ? note.dataset.ahead : note.dataset.behind;
    note.textContent = words.replace("{minutes}", String(Math.abs(minutes)));
  }

  compare();
  document.addEventListener("custody:shown", compare);
})();
