/* The player of a recording: jumping to marked moments, marking the present one, original or light preview. */
"use strict";

(() => {
  const player = document.getElementById("player");
  if (!player) return;
  const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

  document.addEventListener("click", (event) => {
    const seek = event.target.closest("[data-seek]");
    if (seek) {
      player.currentTime = Number(seek.dataset.seek);
      player.play();
      player.scrollIntoView({ block: "nearest" });
    }
    if (event.target.closest("[data-now]")) document.getElementById("second").value = clock(player.currentTime);
    const swap = event.target.closest("[data-swap]");
    if (swap) {
      const at = player.currentTime;
      const light = player.getAttribute("src") !== swap.dataset.swap;
      player.src = light ? swap.dataset.swap : swap.dataset.original;
      player.addEventListener("loadedmetadata", () => { player.currentTime = at; }, { once: true });
      swap.textContent = light ? "改放原件" : "改放轻量预览";
      document.querySelector("[data-playing]").textContent = light ? "轻量预览" : "原件";
    }
  });
})();
