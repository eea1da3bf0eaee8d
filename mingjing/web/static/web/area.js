"use strict";
/* Drawing an area on plain SVG: clicks add corners, corners are dragged or moved by the arrow keys. The box with one
   point a line is the truth; the drawing follows it and writes into it, so that everything can be done without a mouse. */
(() => {
  const map = document.getElementById("map");
  const box = document.getElementById("points");
  const group = document.getElementById("drawing");
  if (!map || !box || !group) return;
  const shape = group.querySelector("polygon");
  const [west, north, eastUnits, northUnits] = ["west", "north", "eastUnits", "northUnits"].map((name) => Number(map.dataset[name]));
  const PLACES = 6;
  const STEP = 4; // units of the drawing that an arrow key moves
  let dragged = null;

  const read = () => box.value.split("\n")
    .map((line) => line.trim().split(/[\s,，]+/).map(Number))
    .filter((pair) => pair.length === 2 && pair.every(Number.isFinite));
  const write = (points) => {
    box.value = points.map((pair) => pair.map((one) => Number(one.toFixed(PLACES))).join(",")).join("\n");
    draw();
  };
  const toUnits = ([east, top]) => [(east - west) * eastUnits, (north - top) * northUnits];
  const toDegrees = (x, y) => [west + x / eastUnits, north - y / northUnits];
  const unitsOf = (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(map.getScreenCTM().inverse());
    return [at.x, at.y];
  };

  function draw() {
    const points = read();
    const focused = Array.from(group.querySelectorAll("circle")).indexOf(document.activeElement);
    shape.setAttribute("points", points.map((one) => toUnits(one).map((unit) => unit.toFixed(1)).join(",")).join(" "));
    group.querySelectorAll("circle").forEach((one) => one.remove());
    points.forEach((one, number) => {
      const corner = document.createElementNS("http://www.w3.org/2000/svg", "circle");
      const [x, y] = toUnits(one);
      corner.setAttribute("cx", x.toFixed(1));
      corner.setAttribute("cy", y.toFixed(1));
      corner.setAttribute("r", "8");
      corner.setAttribute("tabindex", "0");
      corner.setAttribute("role", "button");
      corner.setAttribute("aria-label", `第 ${number + 1} 点：东经 ${one[0]}，北纬 ${one[1]}`);
      corner.classList.add("mj-map-corner");
      corner.dataset.number = String(number);
      group.append(corner);
    });
    if (focused >= 0) group.querySelectorAll("circle")[Math.min(focused, points.length - 1)]?.focus();
  }

  map.addEventListener("pointerdown", (event) => {
    if (!event.target.dataset.number) return;
    dragged = Number(event.target.dataset.number);
    map.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  map.addEventListener("pointermove", (event) => {
    if (dragged === null) return;
    const points = read();
    points[dragged] = toDegrees(...unitsOf(event));
    write(points);
  });
  map.addEventListener("pointerup", (event) => {
    if (dragged !== null) {
      dragged = null;
      return;
    }
    if (event.button === 0) write([...read(), toDegrees(...unitsOf(event))]);
  });
  map.addEventListener("pointercancel", () => { dragged = null; });

  group.addEventListener("keydown", (event) => {
    const number = Number(event.target.dataset.number);
    if (!Number.isInteger(number)) return;
    const moves = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
    const points = read();
    if (moves[event.key]) {
      const [x, y] = toUnits(points[number]);
      points[number] = toDegrees(x + moves[event.key][0], y + moves[event.key][1]);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      points.splice(number, 1);
    } else {
      return;
    }
    event.preventDefault();
    write(points);
  });

  document.addEventListener("click", (event) => {
    const kind = event.target.dataset.area;
    if (kind === "undo") write(read().slice(0, -1));
    if (kind === "clear") write([]);
  });
  box.addEventListener("input", draw);
  draw();
})();
