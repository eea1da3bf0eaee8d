/* Reading a firm's code from a picture taken on the spot, in the phone itself: nothing is sent, no network is needed. */

import "../../vendor/jsqr/jsQR.js"; // sets self.jsQR
import { el } from "./dom.js";

const CREDIT_CODE = /[0-9A-HJ-NP-RT-UW-Y]{18}/;
const SIZES = [1200, 700, 2000]; // the longer side in pixels: a small picture is read faster, a large one reads small codes

/* The text of the code in a picture, empty where none is found. */
export const textIn = async (file) => {
  const picture = await createImageBitmap(file);
  for (const size of SIZES) {
    const scale = Math.min(1, size / Math.max(picture.width, picture.height));
    const canvas = el("canvas", { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const { data, width, height } = pen.getImageData(0, 0, canvas.width, canvas.height);
    const found = self.jsQR(data, width, height);
    if (found && found.data) return found.data;
  }
  return "";
};

/* What is wrong with a scanned text, empty where nothing is. */
export const faultOf = (text, wanted) => {
  if (!text) return "照片里没有找到二维码。请对准入企码、光线足一些，再拍一次；码下的文字也可以照着填写。";
  const code = text.toUpperCase().match(CREDIT_CODE);
  if (!code) return "这不是企业的入企码，没有填入。";
  if (wanted && code[0] !== wanted) return `扫到的是 ${code[0]} 的码，本次检查的对象是 ${wanted}，没有填入。请核对是否到了检查对象的地点。`;
  return "";
};

/* A button that opens the camera; `answer(text, fault)` hears what came of it. */
export const scanner = (id, wanted, answer) => {
  const take = el("input", { type: "file", id: `${id}-scan`, class: "fd-hidden visually-hidden", accept: "image/*", capture: "environment", onchange: async () => {
    const [file] = take.files;
    take.value = "";
    if (!file) return;
    const text = await textIn(file).catch(() => "");
    const fault = faultOf(text, wanted);
    answer(fault ? "" : text.slice(0, 100), fault);
  } });
  return el("span", {}, take, el("label", { class: "btn btn-quiet fd-big", for: `${id}-scan` }, "扫码"));
};
