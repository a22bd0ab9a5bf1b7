(() => {
  /* A second click would ask for the same again: for a second day, or for one more move. */
  let sent = false;
  document.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });

  /* Come back to with the button of the browser, a page would be as old as it was left. */
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });

  /* Whoever looks on may not any more: the page asks for itself, and is told why. */
  document.querySelector("[hx-sse\\:connect]")?.addEventListener("gone", () => location.reload());
})();
