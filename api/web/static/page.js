// What the browser does by itself: keys, the drawer, the sheet, the theme, copying, signing in.
(() => {
  "use strict";
  const root = document.documentElement;
  const find = (selector) => document.querySelector(selector);
  const system = matchMedia("(prefers-color-scheme: dark)");

  function theme(choice) {
    root.dataset.themeChoice = choice;
    root.dataset.theme = choice === "auto" ? (system.matches ? "dark" : "light") : choice;
  }
  system.addEventListener("change", () => theme(root.dataset.themeChoice));

  function drawer(open) {
    document.body.classList.toggle("drawer-open", open);
    (open ? find("#side .new") : find(".top [data-drawer]"))?.focus();
  }

  async function copy(button) {
    const words = button.querySelector("span") ?? button;
    const before = words.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      words.textContent = "Copied";
    } catch {
      words.textContent = "Copying is not allowed here";
    }
    setTimeout(() => { words.textContent = before; }, 1600);
  }

  async function refusal(response) {
    const problem = await response.json().catch(() => ({}));
    return problem.detail || problem.title || "That did not work. Try again.";
  }

  function send(address, body, method = "POST") {
    const headers = { "Content-Type": "application/json" };
    return fetch(address, { method, headers, body: body && JSON.stringify(body) });
  }

  async function become(email) {
    const response = await send("/api/v2/session/demo", { email });
    if (response.ok) location.assign(find("main")?.dataset.next ?? "/");
    else alert(await refusal(response));
  }

  // A form that begins a session: signing in, setting a password, the first administrator.
  async function begin(form) {
    const said = form.querySelector(".refused");
    const button = form.querySelector("button");
    button.disabled = true;
    const response = await send(form.dataset.session, Object.fromEntries(new FormData(form)));
    if (response.ok) return location.assign(find("main").dataset.next);
    button.disabled = false;
    const ours = response.status === 401 && form.dataset.refused;
    said.textContent = ours || await refusal(response);
    said.hidden = false;
  }

  function ask(form) {
    const box = form.querySelector("textarea");
    const text = box.value.trim();
    if (!text) return;
    form.dispatchEvent(new CustomEvent("ask", { detail: text }));
    box.value = "";
    grow(box);
  }

  function grow(box) {
    if (CSS.supports("field-sizing", "content")) return;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight}px`;
  }

  // The thread stays at its end while an answer grows, unless the reader has scrolled up.
  let pinned = true;
  let reached = 0;
  const thread = () => find(".thread");
  // To the end, but never so far that the last question leaves the top: an answer is read from its beginning.
  function toEnd() {
    const box = thread();
    const last = [...document.querySelectorAll(".turn")].pop();
    if (!box || !last) return;
    // What waits for a decision is shown with its buttons, so its card goes to the top where there is little room.
    const card = last.querySelector(".approval:not(.decided)");
    const lifted = card && card.offsetTop + card.offsetHeight - last.offsetTop > box.clientHeight - 60;
    const top = lifted ? card.offsetTop - 12 : last.offsetTop - 28;
    reached = Math.min(box.scrollHeight - box.clientHeight, Math.max(top, 0));
    box.scrollTop = reached;
  }
  document.addEventListener("scroll", (event) => {
    const box = event.target;
    // At the very end the browser itself may have moved it, because what was shown became shorter.
    const atEnd = box.scrollTop + box.clientHeight >= box.scrollHeight - 4;
    if (box === thread()) pinned = atEnd || Math.abs(box.scrollTop - reached) < 60;
  }, true);
  function watch() {
    const turns = find(".turns");
    if (!turns) return void setTimeout(watch, 50);
    toEnd();
    new ResizeObserver(() => { if (pinned) toEnd(); }).observe(turns);
    if (matchMedia("(hover: hover)").matches) find("#question")?.focus({ preventScroll: true });
  }

  document.addEventListener("click", (event) => {
    const hit = (selector) => event.target.closest?.(selector);
    let button;
    if ((button = hit("[data-copy]"))) copy(button);
    else if ((button = hit("[data-become]"))) become(button.dataset.become);
    else if (hit("[data-sign-out]")) send("/api/v2/session", null, "DELETE").then(() => location.assign("/login"));
    else if (hit("[data-close]")) find("#sheet").close();
    else if (hit("[data-drawer]")) drawer(!document.body.classList.contains("drawer-open"));
    else if ((button = hit("button[data-theme-choice]"))) {
      theme(button.dataset.themeChoice);
      document.cookie = `rainmaker_theme=${button.dataset.themeChoice}; path=/; max-age=31536000; samesite=lax`;
    } else if (event.target === find("#sheet")) event.target.close();
  });

  document.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.target.id === "composer") ask(event.target);
    if (event.target.dataset.session) begin(event.target);
  });

  document.addEventListener("input", (event) => { if (event.target.id === "question") grow(event.target); });

  document.addEventListener("keydown", (event) => {
    const box = find("#question");
    const writing = event.target.closest?.("input, textarea, [contenteditable]");
    if (event.target === box && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      ask(box.form);
    } else if ((event.key === "/" && !writing) || (event.key === "k" && (event.ctrlKey || event.metaKey))) {
      event.preventDefault();
      find("#sheet")?.close();
      box?.focus();
    } else if (event.key === "Escape" && document.body.classList.contains("drawer-open")) drawer(false);
  });

  window.rainmaker = {
    openSheet() { const sheet = find("#sheet"); if (!sheet.open) sheet.showModal(); },
    asked() { pinned = true; document.body.classList.remove("drawer-open"); requestAnimationFrame(toEnd); },
  };
  theme(root.dataset.themeChoice || "auto");
  watch();
})();
