/* The officer's card: fetches the day's signed statements, keeps them, paints the one of the moment. */
"use strict";

(() => {
  const box = document.getElementById("card");
  if (!box) return;
  const place = `card:${box.dataset.owner}`;
  const canvas = document.getElementById("qr");
  const state = document.getElementById("state");

  const kept = () => JSON.parse(localStorage.getItem(place) || "[]");
  const say = (text, look) => { state.textContent = text; state.className = `mj-notice mj-notice-${look}`; };
  const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" });

  const paint = (rows) => {
    const quiet = 4, squares = rows.length, scale = 6;
    canvas.width = canvas.height = (squares + 2 * quiet) * scale;
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = "#000";
    rows.forEach((row, down) => {
      const bits = BigInt(`0x${row}`).toString(2).padStart(squares, "0");
      for (let across = 0; across < squares; across += 1) {
        if (bits[across] === "1") pen.fillRect((across + quiet) * scale, (down + quiet) * scale, scale, scale);
      }
    });
    canvas.hidden = false;
  };

  const show = () => {
    const now = Date.now() / 1000;
    const one = kept().find((each) => each.b <= now && now < each.e);
    canvas.hidden = !one;
    if (!one) return say("手机上没有现在可用的二维码。请联网后重新打开本页。", "red");
    if (canvas.dataset.address !== one.address) { paint(one.rows); canvas.dataset.address = one.address; }
    const last = kept().at(-1).e;
    say(`本码有效至 ${clock(one.e)}；没有网络可出示至 ${clock(last)}。`, "green");
  };

  const fetchDay = async () => {
    try {
      const answer = await fetch(box.dataset.statements, { headers: { "X-Requested-With": "fetch" } });
      if (answer.status === 401) return say("登录已超时，请重新登录。", "amber");
      const told = await answer.json();
      // A certificate suspended meanwhile shows nothing more, from the next time there is a line.
      if (!answer.ok) { localStorage.removeItem(place); canvas.hidden = true; return say(told.refused, "red"); }
      localStorage.setItem(place, JSON.stringify(told.shown));
    } catch (error) { /* no line: what was kept is shown */ }
    return show();
  };

  if ("serviceWorker" in navigator) navigator.serviceWorker.register(box.dataset.worker, { scope: location.pathname }).catch(() => {});
  if (kept().length) show();
  fetchDay();
  setInterval(show, 20000);
  window.addEventListener("online", fetchDay);
})();
