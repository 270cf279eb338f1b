// A part of the map is chosen by dragging over it, or by the keyboard: the arrows move a rectangle, with Shift they change
// its size, Enter sends the form whose number fields hold its edges. Without this script the fields are filled in by hand.
// The strongest document of the place that is pointed at, or of the rectangle, is shown below the map.

const STEP = 20;
const SMALLEST = 10;
const START = 200;
const EDGES = ["left", "top", "right", "bottom"];

const figure = document.querySelector("[data-map]");
const form = document.querySelector("[data-map-form]");
const picture = figure.querySelector("svg");
const side = picture.viewBox.baseVal.width;
const fields = EDGES.map((name) => form.elements[name]);
let start = null;

// A layer over the picture that can have the focus: a picture that says it is one cannot be worked with.
const layer = document.createElement("div");
layer.className = "map-layer";
layer.tabIndex = 0;
layer.setAttribute("role", "application");
layer.setAttribute("aria-label", "Choose a part of the map");
const hint = figure.querySelector("[data-map-hint]");
hint.hidden = false;
hint.id = "map-hint";
layer.setAttribute("aria-describedby", hint.id);
const stage = document.createElement("div");
stage.className = "map-stage";
picture.replaceWith(stage);
stage.append(picture, layer);
const announcements = document.createElement("p");
announcements.className = "visually-hidden";
announcements.setAttribute("role", "status");
figure.append(announcements);

// As the filter "influence" of the templates.
function written(influence) {
  const digits = Number(figure.dataset.digits);
  const amplification = influence * Number(figure.dataset.direction);
  const text = Math.abs(amplification).toFixed(digits);
  return Number(text) === 0 ? text : `${amplification > 0 ? "+" : "\u2212"}${text}`;
}

const tip = figure.querySelector("[data-map-tip]");
const CELL = side / 50;
const WAIT = 80;
const known = new Map();
let wanted = "";
let waiting = 0;

async function strongest([left, top, right, bottom]) {
  const key = [left, top, right, bottom].join(" ");
  if (!known.has(key)) {
    const address = new URL(figure.dataset.map, location.href);
    for (const [name, value] of Object.entries({ left, top, right, bottom, limit: 1 })) address.searchParams.set(name, value);
    const answer = await fetch(address, { headers: { accept: "application/json" } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    known.set(key, await answer.json());
  }
  return known.get(key);
}

function documentAddress(item) {
  return `${figure.dataset.documents}${item.document_id}?${new URLSearchParams({ probe: figure.dataset.probe })}`;
}

function line(className, ...parts) {
  const made = document.createElement("p");
  made.className = className;
  made.append(...parts);
  return made;
}

function tell(edges) {
  wanted = edges.join(" ");
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const key = edges.join(" ");
    const part = await strongest(edges).catch(() => null);
    if (!part || key !== wanted) return;
    const [item] = part.items;
    if (!item) {
      tip.replaceChildren(line("muted", "No document lies here."));
      return;
    }
    const link = document.createElement("a");
    link.href = documentAddress(item);
    link.textContent = item.title || item.external_id;
    const others = part.documents === 1 ? "" : `, the strongest of ${part.documents.toLocaleString("en-US")} here`;
    tip.replaceChildren(line("", link, ` ${written(item.influence)}${others}`), line("snippet", item.excerpt));
  }, WAIT);
}

function cellAt([x, y]) {
  const left = Math.min(Math.floor(x / CELL), 49) * CELL;
  const top = Math.min(Math.floor(y / CELL), 49) * CELL;
  return [left, top, left + CELL, top + CELL];
}

function point(edges) {
  let mark = picture.querySelector(".map-pointed");
  if (!edges) return mark?.remove();
  if (!mark) {
    mark = document.createElementNS(picture.namespaceURI, "rect");
    mark.setAttribute("class", "map-pointed");
    picture.append(mark);
  }
  const [left, top, right, bottom] = edges;
  for (const [name, value] of Object.entries({ x: left, y: top, width: right - left, height: bottom - top })) mark.setAttribute(name, value);
}

tip.hidden = false;
tip.append(line("muted", "Point at the map: its strongest document there is shown here."));

function clamped(value) {
  return Math.round(Math.min(Math.max(value, 0), side));
}

function place(event) {
  const box = picture.getBoundingClientRect();
  return [clamped(((event.clientX - box.left) / box.width) * side), clamped(((event.clientY - box.top) / box.height) * side)];
}

function chosen() {
  return fields.every((field) => field.value !== "") ? fields.map((field) => Number(field.value)) : null;
}

function choose(left, top, right, bottom) {
  [left, top, right, bottom].forEach((value, number) => {
    fields[number].value = value;
  });
  draw();
}

function draw() {
  let shown = picture.querySelector(".map-chosen");
  const edges = chosen();
  if (!edges) return shown?.remove();
  if (!shown) {
    shown = document.createElementNS(picture.namespaceURI, "rect");
    shown.setAttribute("class", "map-chosen");
    picture.append(shown);
  }
  const [left, top, right, bottom] = edges;
  const sizes = { x: left, y: top, width: Math.max(right - left, 0), height: Math.max(bottom - top, 0) };
  for (const [name, value] of Object.entries(sizes)) shown.setAttribute(name, value);
}

layer.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  start = place(event);
  layer.setPointerCapture(event.pointerId);
});

layer.addEventListener("pointermove", (event) => {
  if (start) return stretch(place(event));
  const cell = cellAt(place(event));
  point(cell);
  if (cell.join(" ") !== wanted) tell(cell);
});

layer.addEventListener("pointerleave", () => point(null));

layer.addEventListener("pointerup", (event) => {
  if (!start) return;
  const [right, bottom] = place(event);
  const dragged = Math.abs(right - start[0]) >= SMALLEST && Math.abs(bottom - start[1]) >= SMALLEST;
  if (dragged) stretch([right, bottom]);
  start = null;
  if (dragged) form.requestSubmit();
  else open([right, bottom], event.pointerType);
});

// A finger cannot point without touching: the first touch shows what a mouse shows before it clicks.
async function open(spot, pointer) {
  const cell = cellAt(spot);
  draw();
  if (pointer !== "mouse") return tell(cell);
  const part = await strongest(cell).catch(() => null);
  if (part?.items.length) location.assign(documentAddress(part.items[0]));
}

layer.addEventListener("pointercancel", () => {
  start = null;
});

function stretch([x, y]) {
  choose(Math.min(start[0], x), Math.min(start[1], y), Math.max(start[0], x), Math.max(start[1], y));
}

const ARROWS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

layer.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "Enter" && chosen()) {
    event.preventDefault();
    form.requestSubmit();
  }
  const by = ARROWS[event.key];
  if (!by) return;
  event.preventDefault();
  const middle = (side - START) / 2;
  let [left, top, right, bottom] = chosen() ?? [middle, middle, middle + START, middle + START];
  if (event.shiftKey) {
    right = Math.min(Math.max(right + by[0], left + STEP), side);
    bottom = Math.min(Math.max(bottom + by[1], top + STEP), side);
  } else if (chosen()) {
    const across = Math.min(Math.max(by[0], -left), side - right);
    const down = Math.min(Math.max(by[1], -top), side - bottom);
    [left, right, top, bottom] = [left + across, right + across, top + down, bottom + down];
  }
  choose(left, top, right, bottom);
  announcements.textContent = `Left ${left}, right ${right}, top ${top}, bottom ${bottom}`;
  tell([left, top, right, bottom]);
});

for (const field of fields) field.addEventListener("input", draw);
