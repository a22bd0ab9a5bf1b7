// Which of the things to tap are smaller than a finger: an array of sentences.
(least) => {
  const found = [];
  const targets = "a[href], button, select, textarea, summary, input:not([type=hidden])";
  // A link within a sentence is as high as the sentence's line.
  const inSentence = (element) => {
    if (element.localName !== "a" || getComputedStyle(element).display !== "inline") return false;
    const around = element.parentElement.textContent.trim();
    return around.length > element.textContent.trim().length;
  };
  const united = (boxes) => ({
    width: Math.max(...boxes.map((box) => box.right)) - Math.min(...boxes.map((box) => box.left)),
    height: Math.max(...boxes.map((box) => box.bottom)) - Math.min(...boxes.map((box) => box.top)),
  });
  // A mark of a link may be spread over more than the link, over its whole row for example.
  const spread = (element) => {
    const { content, position } = getComputedStyle(element, "::after");
    return content !== "none" && position === "absolute";
  };
  for (const element of document.querySelectorAll(targets)) {
    const box = element.getBoundingClientRect();
    if (!element.checkVisibility({ visibilityProperty: true }) || box.bottom < 0) continue;
    if (inSentence(element) || spread(element)) continue;
    const labels = [...(element.labels ?? [])].filter(() => /radio|checkbox/.test(element.type));
    const { width, height } = united([box, ...labels.map((one) => one.getBoundingClientRect())]);
    if (Math.min(width, height) < least - 0.5) {
      const size = `${Math.round(width)} by ${Math.round(height)}`;
      const words = (element.textContent.trim() || element.name || "").replace(/\s+/g, " ");
      found.push(`${element.localName} “${words.slice(0, 40)}” is ${size}, and ${least} are needed`);
    }
  }
  return found;
};
