// The words of the page in the language it is served in: the Chinese text is the key, and without a list the word.
const list = typeof document === "undefined" ? null : document.getElementById("words");
let words = list ? JSON.parse(list.textContent) : {};

// What a worker, which has no page, is told: the list as the page has it.
export function spoken() {
  return words;
}

export function speak(given) {
  words = given;
}

// t`第 ${number} 条` in the language of the page; the list has each value as {0}, {1} in order.
export function t(parts, ...values) {
  const key = parts.reduce((text, part, at) => `${text}{${at - 1}}${part}`);
  return (words[key] || key).replace(/\{(\d+)\}/g, (_, at) => values[at]);
}
