/* Elements without a framework: text is always text, never markup. */

export const el = (tag, about = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(about)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "checked" || name === "selected" || name === "value") made[name] = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== "" && child !== false));
  return made;
};

export const button = (text, onclick, look = "btn-quiet") => el("button", { type: "button", class: `btn ${look}`, onclick }, text);

export const notice = (colour, ...children) => el("div", { class: `mj-notice mj-notice-${colour}`, role: colour === "red" ? "alert" : "status" }, ...children);

/* A page drawn anew under the same heading stays where it was: the reader has not gone anywhere. */
export const show = (...children) => {
  const main = document.getElementById("main");
  const before = main.querySelector("h1")?.textContent;
  main.replaceChildren(...children.flat().filter(Boolean));
  const heading = main.querySelector("h1");
  if (!heading || heading.textContent === before) return;
  window.scrollTo(0, 0);
  heading.tabIndex = -1;
  heading.focus();
};

/* A local minute as an input wants it, and as people read it. */
export const minuteNow = () => minuteOf(new Date());
const two = (number) => String(number).padStart(2, "0");
export const minuteOf = (date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
export const inWords = (minute) => {
  const [day, time] = minute.slice(0, 16).split("T");
  const [year, month, date] = day.split("-").map(Number);
  return `${year}年${month}月${date}日${time ? ` ${time}` : ""}`;
};
