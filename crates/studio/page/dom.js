// Makes elements. Text is always text: nothing here ever reads a string as HTML.

/** An element with properties, listeners (`onclick`) and children; `null` children are left out. */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Calls `work` when `wait` milliseconds have passed without another call. */
export function calm(wait, work) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...given), wait);
  };
}

const drawn = new WeakMap();

/** Draws the children of an element: one for each key, `make(index)` makes it. A child whose key is as before stays the
    element that it is: what is made anew while somebody presses on it would lose the click. */
export function redraw(parent, keys, make) {
  const before = drawn.get(parent) ?? [];
  keys.forEach((key, index) => {
    const old = parent.children[index];
    if (old && before[index] === key) return;
    if (old) old.replaceWith(make(index));
    else parent.append(make(index));
  });
  while (parent.children.length > keys.length) parent.lastElementChild.remove();
  drawn.set(parent, keys);
}
