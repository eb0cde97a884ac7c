// The board brings itself up to date, part by part, and takes nothing out of the reader's hands.
"use strict";

(() => {
  const live = document.querySelector("[data-live]");
  if (!live) return;
  const EVERY = 20000, LONGEST = 15000;
  const told = document.querySelector("[data-told]"), stale = document.querySelector("[data-stale]");
  let tag = live.dataset.tag, fresh = new Date(), timer = 0, asking = false;

  function growStale() {
    const since = fresh.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    stale.textContent = stale.dataset.stale.replace("#", since);
    stale.hidden = false;
  }

  const keys = (part) => new Set(Array.from(part.querySelectorAll("[data-key]"), (one) => one.dataset.key));

  // What came: more than there were, or others in their place.
  function newcomers(before, after) {
    const known = keys(before);
    const others = Array.from(keys(after)).filter((key) => !known.has(key)).length;
    return Math.max(Number(after.dataset.count) - Number(before.dataset.count), others);
  }

  function isSelected(part) {
    const selection = getSelection();
    return !selection.isCollapsed && selection.containsNode(part, true);
  }

  function same(part, held) {
    const group = held.closest("details");
    const where = group ? Array.from(part.querySelectorAll("details")).find((one) => one.id === group.id) : part;
    if (where && held.matches("summary")) return where.querySelector("summary");
    return Array.from((where || part).querySelectorAll("a")).find((one) => one.getAttribute("href") === held.getAttribute("href"));
  }

  function replace(before, after) {
    for (const group of before.querySelectorAll("details[id]")) {
      const other = Array.from(after.querySelectorAll("details")).find((one) => one.id === group.id);
      if (other) other.open = group.open;
    }
    const held = before.contains(document.activeElement) ? document.activeElement : null;
    const stood = held && held.getBoundingClientRect().top;
    before.replaceWith(after);
    if (!held) return;
    const next = same(after, held) || after.querySelector("h2");
    if (next.matches("h2")) next.tabIndex = -1;
    next.focus({ preventScroll: true });
    scrollBy({ top: next.getBoundingClientRect().top - stood, behavior: "instant" });
  }

  // Whether all of it is on the page now; what the reader has selected stays until the next time.
  function swap(text) {
    const next = new DOMParser().parseFromString(text, "text/html");
    let came = 0, whole = true;
    for (const after of next.querySelectorAll("[data-part]")) {
      const before = live.querySelector(`[data-part="${after.dataset.part}"]`);
      if (!before || before.dataset.version === after.dataset.version) continue;
      if (isSelected(before)) {
        whole = false;
        continue;
      }
      if (after.dataset.count) came += newcomers(before, after);
      replace(before, after);
    }
    if (came > 0) told.textContent = (came === 1 ? told.dataset.one : told.dataset.many).replace("#", came);
    return whole;
  }

  async function refresh() {
    clearTimeout(timer);
    if (document.hidden || asking) return;
    if (!navigator.onLine) {
      growStale();
      return;
    }
    asking = true;
    try {
      const answer = await fetch(live.dataset.live, {
        headers: { "If-None-Match": tag }, cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(LONGEST),
      });
      // Signed out meanwhile, or somebody else signed in: what is on the screen is nobody's to read any more.
      if (answer.type === "opaqueredirect") {
        location.reload();
        return;
      }
      if (answer.status !== 304) {
        if (!answer.ok) throw new Error(answer.status);
        if (swap(await answer.text())) tag = answer.headers.get("ETag");
      }
      fresh = new Date();
      stale.hidden = true;
    } catch {
      growStale();
    } finally {
      asking = false;
      timer = setTimeout(refresh, EVERY);
    }
  }

  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : refresh()));
  addEventListener("online", refresh);
  addEventListener("offline", growStale);
  addEventListener("pageshow", (event) => event.persisted && refresh());
  timer = setTimeout(refresh, EVERY);
})();
