// Clocks tick between loads; without this they are right as of the load.
"use strict";

(() => {
  const NO_BREAK = "\u00a0";

  // The server's clock counts, not the device's, however wrong that is set.
  const main = document.getElementById("main");
  const ahead = main && main.dataset.now ? Date.parse(main.dataset.now) - Date.now() : 0;

  function span(milliseconds) {
    const all = Math.floor(Math.abs(milliseconds) / 60000);
    const days = Math.floor(all / 1440), hours = Math.floor(all / 60) % 24, minutes = all % 60;
    const told = (count, words) => words.replace("{count}", String(count));
    const parts = days ? [told(days, main.dataset.days), hours && told(hours, main.dataset.hours)]
      : hours ? [told(hours, main.dataset.hours), minutes && told(minutes, main.dataset.minutes)]
        : [minutes ? told(minutes, main.dataset.minutes) : main.dataset.moment];
    return parts.filter(Boolean).join(" ").replaceAll(" ", NO_BREAK);
  }

  function tick() {
    const now = Date.now() + ahead;
    for (const clock of document.querySelectorAll("[data-clock]")) {
      const due = Date.parse(clock.dataset.due), started = Date.parse(clock.dataset.started);
      const warn = Date.parse(clock.dataset.warn);
      const said = now >= due ? main.dataset.late : now >= warn ? main.dataset.soon : main.dataset.left;
      const words = said.replace("{span}", span(due - now));
      const shown = clock.querySelector(".face-words");
      if (shown && shown.textContent !== words) shown.textContent = words;
      clock.classList.toggle("late", now >= due);
      clock.classList.toggle("soon", now < due && now >= warn);
      const bar = clock.querySelector("progress");
      if (bar) bar.value = Math.max(0, Math.min(100, (100 * (now - started)) / (due - started)));
    }
  }

  tick();
  setInterval(tick, 1000);
})();
