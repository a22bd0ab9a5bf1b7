/* The board while somebody looks at it. Without this script it is a form that works. */
(() => {
  "use strict";
  const form = document.querySelector("form.board");
  const times = form.querySelector(".times");
  const dock = form.querySelector(".dock");
  const mode = () => form.querySelector("#now").dataset;
  const drawn = { ...mode() };
  const named = (text, time) => text.replace("{time}", time);
  const chosen = () => form.querySelector(".chip input:checked");
  const free = () => [...form.querySelectorAll(".chip input")];
  let held = null;
  let sent = false;

  const kept = () => form.querySelector(".chip.held input");
  let known = kept()?.value;

  const show = () => {
    if (!dock) return;
    const one = chosen();
    const button = dock.querySelector("button");
    button.dataset.plain ??= button.firstElementChild.textContent;
    dock.querySelector(".some").textContent = one ? one.dataset.when : "";
    button.firstElementChild.textContent = one ? named(button.dataset.named, one.dataset.time) : button.dataset.plain;
  };

  const say = (...sentences) => {
    const news = dock.querySelector(".news");
    news.classList.remove("good");
    news.textContent = sentences.join(" ");
  };

  const welcome = (radio) => {
    const news = dock.querySelector(".news");
    say(named(news.dataset.kept, radio.dataset.time));
    news.classList.add("good");
  };

  const offer = (radio) => {
    radio.closest(".chip").classList.add("next");
    radio.focus();
  };

  const lose = () => {
    const chip = document.getElementById(held.chip);
    const { lost, next, full } = dock.querySelector(".news").dataset;
    const later = free().find((radio) => radio.id.slice(2) > held.chip.slice(2)) ?? free()[0];
    chip?.classList.add("lost");
    say(named(lost, held.time), later ? named(next, later.dataset.time) : full);
    if (later) offer(later);
    else dock.querySelector("button").focus();
  };

  form.addEventListener("change", (event) => {
    if (event.target.name !== "slot") return;
    for (const chip of form.querySelectorAll(".next, .lost")) chip.classList.remove("next", "lost");
    say();
    show();
  });

  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    else if (!chosen()) {
      event.preventDefault();
      say(dock.querySelector(".news").dataset.first);
      if (free().length) offer(free()[0]);
    }
  });

  /* What comes of any form here, the line's too, is on its way then: news of it must not overtake it. */
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) sent = true;
  });

  /* A radio that a morph finds checked stays so, whatever becomes of it: clear it before. */
  document.addEventListener("htmx:before:swap", () => {
    if (sent) return;
    const one = chosen();
    held = one && { chip: one.closest(".chip").id, time: one.dataset.time, focused: one === document.activeElement };
    if (one) one.checked = false;
  });

  document.addEventListener("htmx:after:swap", () => {
    if (sent) return;
    if (["mode", "moving", "line"].some((name) => mode()[name] !== drawn[name])) return location.reload();
    if (held) {
      const same = document.querySelector(`#${held.chip} input`);
      if (same) {
        same.checked = true;
        if (held.focused) same.focus();
      } else lose();
    }
    held = null;
    show();
    if (kept() && kept().value !== known) welcome(kept());
    known = kept()?.value;
  });

  /* Somebody may have to sign in again: they come back to the time that they had chosen. */
  const leave = () => {
    const again = new URL(location.href);
    if (chosen()) again.searchParams.set("slot", chosen().value);
    location.replace(again);
  };
  times.addEventListener("gone", () => sent || leave());
  const live = (is) => form.querySelector(".live")?.toggleAttribute("hidden", !is);
  document.addEventListener("htmx:sse:after:connection", () => live(true));
  document.addEventListener("htmx:sse:error", () => live(false));

  /* Come back to with the button of the browser, a board would be as old as it was left. */
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  show();
})();
