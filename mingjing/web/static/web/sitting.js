// A sitting of an examination: answers are saved as they are given, and handed in when the server's time is over.
(() => {
  const sheet = document.getElementById("sheet");
  const clock = document.getElementById("clock");
  const saved = document.getElementById("saved");
  if (!sheet || !clock) return;
  const end = Date.now() + Number(clock.dataset.left) * 1000 + 1500; // the server must have passed the end
  let waiting = 0;

  async function save() {
    try {
      const answer = await fetch(sheet.dataset.save, {
        method: "POST",
        body: new FormData(sheet),
        headers: { "X-Requested-With": "fetch" },
      });
      if (answer.status === 409) location.reload();
      else saved.textContent = answer.ok ? (await answer.json()).told : "没有保存，请检查网络；答案还在本页，稍后自动重试";
      if (!answer.ok) waiting = setTimeout(save, 5000);
    } catch {
      saved.textContent = "断线，答案还在本页，稍后自动重试";
      waiting = setTimeout(save, 5000);
    }
  }

  sheet.addEventListener("change", () => {
    clearTimeout(waiting);
    waiting = setTimeout(save, 400);
  });

  function tick() {
    const left = Math.max(0, Math.round((end - Date.now()) / 1000));
    clock.textContent = `剩余 ${Math.floor(left / 60)} 分 ${left % 60} 秒`;
    if (left === 0) location.reload();
  }

  tick();
  setInterval(tick, 1000);
})();
