// Something is being thought through: the page looks by itself how far it is. Without this there is a link.
"use strict";

(() => {
  const EVERY = 2000;
  // nobody may sit before it any more: looking by itself is no use of the session
  const address = new URL(location.href);
  address.searchParams.set("live", "");

  async function look() {
    const box = document.querySelector("[data-thinking]");
    if (!box || document.hidden) return again();
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const now = page.querySelector("[data-thinking]");
      if (!answer.ok || !now) return location.reload();
      // what has the focus stays: only what is told and how far it is are put in anew
      for (const part of ["[role=status]", "progress"]) {
        const before = box.querySelector(part), after = now.querySelector(part);
        if (before && after && before.outerHTML !== after.outerHTML) before.replaceWith(after);
        else if (!before && after) box.querySelector("form").before(after);
      }
    } catch {
      // the network is away: the next look will tell
    }
    return again();
  }

  const again = () => setTimeout(look, EVERY);
  again();
})();
