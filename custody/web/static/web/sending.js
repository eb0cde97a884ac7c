// Sending a form: its body is frozen at the tap and sent until there is an answer. The form's own key makes the same
// body count once, so sending it again is always safe.
"use strict";

(() => {
  const SOONEST = 2, LATEST = 30, ANSWER_WITHIN = 60;
  const SECOND = 1000;
  // the server is there and asks to be asked again; a form that is refused comes back as a page
  const AGAIN = new Set([429, 500, 502, 503, 504]);
  let pending = null;

  addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-send]") || (event.submitter && event.submitter.hasAttribute("data-more"))) return;
    event.preventDefault();
    if (!pending) pending = freeze(form);
  });

  function freeze(form) {
    const now = new Date();
    const at = form.elements.device_at, offset = form.elements.offset_minutes;
    if (at) at.value = now.toISOString().replace(/(\.\d{3})Z$/, "$1000Z");
    if (offset) offset.value = String(-now.getTimezoneOffset());
    const told = new FormData(form);
    const body = form.enctype === "multipart/form-data" ? told : new URLSearchParams(told);
    const one = { form, body, address: form.action, wait: SOONEST, timer: 0, aborter: null, over: false };
    one.notice = notice(one);
    for (const child of form.children) if (child !== one.notice) child.inert = true;
    // the button that was pressed can hold the focus no longer
    one.notice.focus({ preventScroll: true });
    form.dispatchEvent(new CustomEvent("custody:sending", { bubbles: true }));
    send(one);
    return one;
  }

  function notice(one) {
    const words = document.querySelector("template[data-sending-words]");
    const shown = words.content.firstElementChild.cloneNode(true);
    one.form.append(shown);
    shown.querySelector("[data-again]").addEventListener("click", () => send(one));
    shown.querySelector("[data-mend]").addEventListener("click", () => release(one));
    return shown;
  }

  function say(one, when) {
    for (const part of one.notice.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== when;
  }

  async function send(one) {
    if (one.over || one.aborter) return;
    clearInterval(one.timer);
    say(one, "sending");
    one.aborter = new AbortController();
    const limit = setTimeout(() => one.aborter.abort(), ANSWER_WITHIN * SECOND);
    try {
      const answer = await fetch(one.address, {
        method: "POST", body: one.body, signal: one.aborter.signal, headers: { "X-Sent-By": "script" },
      });
      const page = await answer.text();
      if (one.over) return;
      if (AGAIN.has(answer.status) || answer.headers.has("Retry-After")) later(one, Number(answer.headers.get("Retry-After")));
      else arrived(one, answer, page);
    } catch {
      if (!one.over) later(one, 0);
    } finally {
      clearTimeout(limit);
      one.aborter = null;
    }
  }

  // No answer is no answer: it may have been recorded, or not.
  function later(one, seconds) {
    const next = Date.now() + Math.max(seconds || 0, one.wait) * SECOND;
    one.wait = Math.min(one.wait * 2, LATEST);
    const told = one.notice.querySelector("[data-wait]");
    const tick = () => {
      const left = Math.ceil((next - Date.now()) / SECOND);
      if (left <= 0) send(one);
      else told.textContent = told.dataset.wait.replace("{seconds}", String(left));
    };
    say(one, "unknown");
    tick();
    one.timer = setInterval(tick, SECOND);
    one.notice.scrollIntoView({ block: "nearest" });
  }

  function arrived(one, answer, page) {
    const leads = answer.headers.get("Leads-To");
    if (leads) {
      one.over = true;
      one.form.dispatchEvent(new CustomEvent("custody:sent", { bubbles: true }));
      // in place of the form: going back leads to what was before it, not to a form that is done with
      location.replace(leads);
    } else if (answer.redirected) {
      one.over = true;
      const to = new URL(answer.url);
      // signing in leads back to the form as it stood here
      if (to.pathname === one.form.dataset.signIn) to.searchParams.set("next", location.pathname + location.search);
      location.assign(to);
    } else {
      shown(one, page);
    }
  }

  // A refusal is a page of its own, with the form in it as it was filled in.
  function shown(one, page) {
    const made = new DOMParser().parseFromString(page, "text/html");
    const main = made.querySelector("main");
    if (!main) {
      later(one, 0);
      return;
    }
    one.over = true;
    pending = null;
    document.title = made.title;
    document.querySelector("main").replaceWith(document.adoptNode(main));
    scrollTo(0, 0);
    const first = document.querySelector("[data-focus]");
    if (first) first.focus();
    document.dispatchEvent(new CustomEvent("custody:shown"));
  }

  function release(one) {
    one.over = true;
    clearInterval(one.timer);
    if (one.aborter) one.aborter.abort();
    one.notice.remove();
    for (const child of one.form.children) child.inert = false;
    pending = null;
  }

  addEventListener("online", () => {
    if (pending) send(pending);
  });
  addEventListener("beforeunload", (event) => {
    if (pending && !pending.over) event.preventDefault();
  });
  // a page that the browser kept whole shows its form as it was: sending it again leads to the same receipt
  addEventListener("pageshow", (event) => {
    if (event.persisted && pending) release(pending);
  });
})();
