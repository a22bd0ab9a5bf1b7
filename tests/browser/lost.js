// What a person would lose on this page: an array of sentences. `allowed` are selectors of elements
// that may hide a part of what is in them.
(allowed) => {
  const SLACK = 2;
  const found = [];
  const root = document.documentElement;
  const name = (element) => {
    const words = element.textContent.trim().replace(/\s+/g, " ").slice(0, 40);
    const classes = [...element.classList].map((one) => `.${one}`).join("");
    return `${element.localName}${classes} “${words}”`;
  };
  const hides = (overflow) => overflow === "hidden" || overflow === "clip";
  // What is one pixel large, or cut away whole, is there for screen readers alone.
  const unseen = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const { clipPath, opacity } = getComputedStyle(one);
      const { width, height } = one.getBoundingClientRect();
      if (clipPath === "inset(50%)" || opacity === "0" || (width <= 1 && height <= 1)) return true;
    }
    return !element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  };
  const floats = (element) => {
    for (let one = element; one; one = one.parentElement) {
      if (["fixed", "sticky", "absolute"].includes(getComputedStyle(one).position)) return true;
    }
    return false;
  };
  const scrolls = (element) => {
    for (let one = element; one && one !== root; one = one.parentElement) {
      if (["auto", "scroll"].includes(getComputedStyle(one).overflowX)) return true;
    }
    return false;
  };

  if (root.scrollWidth > root.clientWidth) {
    found.push(`the page is ${root.scrollWidth} wide, and ${root.clientWidth} are there`);
  }
  const all = [...document.body.querySelectorAll("*")].filter((element) => !unseen(element));
  for (const element of all) {
    const { right, left } = element.getBoundingClientRect();
    if ((right > root.clientWidth + SLACK || left < -SLACK) && !scrolls(element) && !floats(element)) {
      found.push(`${name(element)} goes beyond the edge of the page`);
    }
    if (allowed.length && element.matches(allowed.join(","))) continue;
    const { overflowX, overflowY } = getComputedStyle(element);
    if (hides(overflowX) && element.scrollWidth > element.clientWidth + SLACK) {
      found.push(`${name(element)} is cut off at its side`);
    }
    if (hides(overflowY) && element.scrollHeight > element.clientHeight + SLACK) {
      found.push(`${name(element)} is cut off at its end`);
    }
  }

  const lines = [];
  for (const element of all.filter((one) => !floats(one))) {
    for (const node of element.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE || !node.data.trim()) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) {
        if (box.width > 0) lines.push({ element, box });
      }
    }
  }
  lines.sort((one, other) => one.box.top - other.box.top);
  lines.forEach((one, place) => {
    for (let next = place + 1; next < lines.length; next += 1) {
      const other = lines[next];
      const shared = one.box.height * 0.25 + SLACK;
      if (other.box.top > one.box.bottom - shared) break;
      const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const down = Math.min(one.box.bottom, other.box.bottom) - other.box.top;
      if (one.element !== other.element && across > SLACK && down > shared) {
        found.push(`${name(one.element)} lies over ${name(other.element)}`);
      }
    }
  });
  return found;
};
