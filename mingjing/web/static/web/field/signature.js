/* A signature by hand: drawn on the screen, saved as a PNG that carries who signed what when (an iTXt chunk). */

import { button, el } from "./dom.js";

export const ROLES = { party: "当事人", witness: "见证人", officer: "执法人员" };
const KEYWORD = "mingjing-signed";
const INK = 2.4;

/* --- PNG -------------------------------------------------------------------------------------- */

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k += 1) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});

const crc32 = (bytes) => {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
};

const iTXt = (text) => {
  const encoder = new TextEncoder();
  const body = [...encoder.encode(`iTXt${KEYWORD}`), 0, 0, 0, 0, 0, ...encoder.encode(text)];
  const chunk = new Uint8Array(body.length + 8);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, body.length - 4);
  chunk.set(body, 4);
  view.setUint32(body.length + 4, crc32(body));
  return chunk;
};

/* Puts the note right after the header chunk, which is always 8 + 25 bytes. */
export const noted = (png, note) => {
  const at = 33;
  const chunk = iTXt(JSON.stringify(note));
  const whole = new Uint8Array(png.byteLength + chunk.length);
  whole.set(new Uint8Array(png.slice(0, at)), 0);
  whole.set(chunk, at);
  whole.set(new Uint8Array(png.slice(at)), at + chunk.length);
  return whole.buffer;
};

/* --- drawing ---------------------------------------------------------------------------------- */

const drawable = (canvas, touched) => {
  const context = canvas.getContext("2d");
  const ratio = window.devicePixelRatio || 1;
  const box = canvas.getBoundingClientRect();
  canvas.width = Math.round(box.width * ratio);
  canvas.height = Math.round(box.height * ratio);
  const clear = () => {
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = "#fff";
    context.fillRect(0, 0, box.width, box.height);
    context.strokeStyle = "#000";
    context.lineWidth = INK;
    context.lineCap = context.lineJoin = "round";
    touched(false);
  };
  const place = (event) => {
    const now = canvas.getBoundingClientRect();
    return [event.clientX - now.left, event.clientY - now.top];
  };
  let drawing = false;
  canvas.addEventListener("pointerdown", (event) => {
    drawing = true;
    canvas.setPointerCapture(event.pointerId);
    context.beginPath();
    context.moveTo(...place(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    context.lineTo(...place(event));
    context.stroke();
    touched(true);
  });
  ["pointerup", "pointercancel"].forEach((name) => canvas.addEventListener(name, () => { drawing = false; }));
  clear();
  return clear;
};

/* Asks for a signature; gives {data, role, name, at, of} or null. `statement` tells what is being signed. */
export const askSignature = (role, name, of, statement) => new Promise((resolve) => {
  let drawn = false;
  const named = el("input", { class: "form-control", id: "signer", value: name || "", maxlength: 60, autocomplete: "off" });
  const wrong = el("p", { class: "fd-error", role: "alert" });
  const canvas = el("canvas", { class: "fd-canvas", "aria-label": "请在此手写签名", role: "img" });
  const dialog = el("dialog", { class: "fd-dialog", "aria-labelledby": "sign-title" });
  const close = (answer) => { dialog.close(); dialog.remove(); resolve(answer); };
  const take = async () => {
    if (!named.value.trim()) { wrong.textContent = "请填写签名人姓名。"; return; }
    if (!drawn) { wrong.textContent = "还没有签名。请在框内手写姓名。"; return; }
    const png = await (await new Promise((done) => canvas.toBlob(done, "image/png"))).arrayBuffer();
    const signed = { of, role, name: named.value.trim(), at: new Date().toISOString() };
    close({ ...signed, data: noted(png, signed) });
  };
  let clear = () => {};
  dialog.append(
    el("h2", { id: "sign-title" }, `${ROLES[role]}签名`),
    el("p", { class: "mj-small" }, statement),
    el("label", { class: "mj-label", for: "signer" }, "签名人姓名"), named, canvas, wrong,
    el("div", { class: "fd-bar" }, button("签好了", take, "btn-primary"), button("重写", () => clear()), button("取消", () => close(null))),
  );
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); close(null); });
  document.body.append(dialog);
  dialog.showModal();
  clear = drawable(canvas, (is) => { drawn = is; });
});
