// Charts of analysis, drawn from the tables on the page and from nothing else: the table is the truth. A mark opens
// what its cell in the table opens. Patterns and symbols tell the series apart without colour; nothing moves.
(() => {
  if (typeof echarts === "undefined") return;
  // Dark, light, middle by turns, so that neighbours differ in grey as well; on top of that each has its own pattern.
  const TONES = ["#1a4f9c", "#cfdcf0", "#7f9fce", "#46505e", "#e6e2d6", "#9aa5b3", "#2b6f8a", "#d9cfe8", "#8f7fb0", "#5c4b7d", "#e9d9bd", "#a58b5f"];
  const DARK = new Set(["#1a4f9c", "#46505e", "#2b6f8a", "#5c4b7d", "#b3261e", "#8f7fb0", "#a58b5f"]);
  const PATTERNS = [
    null,
    { symbol: "circle", symbolSize: 0.7, dashArrayX: [[8, 8], [0, 8, 8, 0]], dashArrayY: [6, 0] },
    { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 6], rotation: Math.PI / 4 },
    { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 6], rotation: -Math.PI / 4 },
    { symbol: "rect", dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [6, 0] },
    { symbol: "rect", dashArrayX: [2, 5], dashArrayY: [1, 0] },
    { symbol: "triangle", symbolSize: 0.8, dashArrayX: [[10, 10], [0, 10, 10, 0]], dashArrayY: [8, 2] },
    { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 5] },
  ];
  const WARNING = { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [4, 4], rotation: Math.PI / 4 };
  const WARNS = new Set(["missed", "late", "overdue"]);
  const DASHES = ["solid", "dashed", "dotted"];
  const SYMBOLS = ["circle", "rect", "triangle", "diamond"];
  const MOST = 16; // rows in a chart across; the table has them all
  const FONT = '"PingFang SC", "Microsoft YaHei", "Source Han Sans SC", "Noto Sans CJK SC", sans-serif';

  const read = (table) => {
    const heads = [...table.tHead.rows[0].cells];
    const at = heads.map((one, n) => [n, one.dataset.series, one.textContent.trim()]).filter(([, series]) => series);
    const rows = [...table.tBodies[0].rows].map((row) => ({
      title: row.cells[0].textContent.trim(),
      cells: at.map(([n]) => {
        const cell = row.cells[n];
        const link = cell.querySelector("a");
        return { value: cell.dataset.value === undefined ? null : Number(cell.dataset.value), shown: cell.textContent.trim(), to: link ? link.href : "" };
      }),
    }));
    return { columns: at.map(([, key, title]) => ({ key, title })), rows };
  };

  // Series that are nothing everywhere only fill the legend.
  const filled = ({ columns, rows }) => {
    const kept = columns.map((_, n) => n).filter((n) => rows.some((row) => row.cells[n].value));
    return { columns: kept.map((n) => columns[n]), rows: rows.map((row) => ({ ...row, cells: kept.map((n) => row.cells[n]) })) };
  };

  const fill = (column, n) => {
    const color = WARNS.has(column.key) ? "#b3261e" : TONES[n % TONES.length];
    const pattern = WARNS.has(column.key) ? WARNING : PATTERNS[n % PATTERNS.length];
    const ink = DARK.has(color) ? "rgba(255,255,255,0.6)" : "rgba(28,36,48,0.55)";
    return { color, decal: pattern ? { ...pattern, color: ink } : { symbol: "none" } };
  };
  const short = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

  const frame = (narrow, title, decals) => ({
    animation: false,
    textStyle: { fontFamily: FONT, color: "#1c2430" },
    aria: { enabled: true, decal: { show: decals.length > 1, decals }, label: { description: `${title}。下面的表格列出同样的数字，每个数字可以点开。` } },
    tooltip: { trigger: "item", renderMode: "richText", confine: true, textStyle: { fontSize: 13 } },
    legend: { type: "scroll", top: 4, left: 8, right: 8, itemWidth: 26, itemHeight: 14, textStyle: { fontSize: narrow ? 12 : 13 } },
    grid: { left: 8, right: narrow ? 14 : 28, top: 44, bottom: 8, containLabel: true },
  });

  const value = (unit) => ({ type: "value", minInterval: unit === "元" || unit === "%" ? undefined : 1, max: unit === "%" ? 100 : undefined, axisLabel: { color: "#566170", formatter: (one) => one.toLocaleString("zh-CN") }, splitLine: { lineStyle: { color: "#e4e8ee" } } });
  const names = (rows, narrow, across) => ({
    type: "category", data: rows.map((row) => row.title), axisTick: { show: false }, axisLine: { lineStyle: { color: "#8b95a3" } },
    axisLabel: { color: "#1c2430", interval: across ? 0 : "auto", hideOverlap: !across, formatter: (text) => (across ? short(text, narrow ? 8 : 18) : text.replace("年", ".").replace("月", "")) },
    inverse: across,
  });
  const axes = (rows, narrow, across, unit) => (across
    ? { xAxis: value(unit), yAxis: names(rows, narrow, true) }
    : { xAxis: names(rows, narrow, false), yAxis: value(unit) });

  const bars = ({ columns, rows }, { narrow, across, stack, unit }) => ({
    ...axes(rows, narrow, across, unit),
    series: columns.map((column, n) => ({
      type: "bar", name: column.title, stack: stack ? "all" : undefined, barMaxWidth: 34, cursor: "pointer",
      itemStyle: { color: fill(column, n).color, borderColor: "#fff", borderWidth: stack ? 1 : 0 },
      // Numbers stand on what is large enough to carry them; the table has all of them.
      label: { show: true, position: stack ? "inside" : across ? "right" : "top", fontSize: 11, color: "#1c2430", backgroundColor: stack ? "#fff" : "transparent", borderRadius: 3, padding: [1, 4], formatter: ({ data }) => data.shown },
      labelLayout: { hideOverlap: true },
      data: rows.map((row) => ({ value: row.cells[n].value, shown: row.cells[n].shown, label: { show: Boolean(row.cells[n].value) } })),
    })),
  });

  const lines = ({ columns, rows }, { narrow, unit }) => ({
    ...axes(rows, narrow, false, unit),
    series: columns.map((column, n) => ({
      type: "line", name: column.title, cursor: "pointer", symbol: SYMBOLS[n % SYMBOLS.length], symbolSize: 9, triggerLineEvent: false,
      lineStyle: { width: 2, type: DASHES[n % DASHES.length], color: ["#1a4f9c", "#46505e", "#6f94c8"][n % 3] }, itemStyle: { color: ["#1a4f9c", "#46505e", "#6f94c8"][n % 3] },
      endLabel: { show: !narrow, formatter: ({ data }) => `${column.title} ${data.shown}`, color: "#1c2430", fontSize: 12 },
      labelLayout: { moveOverlap: "shiftY" },
      data: rows.map((row) => ({ value: row.cells[n].value, shown: row.cells[n].shown })),
    })),
  });

  // Sums that differ by more than fifty times would be one line at the edge: each step of the scale is then ten times.
  const scale = (rows) => {
    const [low, high] = [Math.min(...rows.map((row) => row.cells[0].value)), Math.max(...rows.map((row) => row.cells.at(-1).value))];
    if (low <= 0 || high / low < 50) return { xAxis: value("元") };
    return { xAxis: { ...value("元"), type: "log", min: 10 ** Math.floor(Math.log10(low)), name: "每格十倍", nameLocation: "middle", nameGap: 28, nameTextStyle: { color: "#566170" } } };
  };

  const box = ({ rows }, { narrow, unit }) => ({
    ...axes(rows, narrow, true, unit),
    ...scale(rows),
    legend: { show: false },
    grid: { left: 8, right: narrow ? 14 : 28, top: 16, bottom: 26, containLabel: true },
    tooltip: { trigger: "item", renderMode: "richText", confine: true, formatter: ({ dataIndex }) => `${rows[dataIndex].title}\n${["最低", "下四分位", "中位数", "上四分位", "最高"].map((word, n) => `${word} ${rows[dataIndex].cells[n].shown}`).join("\n")}` },
    series: [{
      type: "boxplot", name: "罚款", layout: "horizontal", cursor: "pointer", boxWidth: [8, 22], itemStyle: { color: "#dfe8f4", borderColor: "#1a4f9c", borderWidth: 1.5 },
      data: rows.map((row) => row.cells.map((cell) => cell.value)),
    }],
  });

  const intervals = ({ rows }, { narrow }) => ({
    ...axes(rows, narrow, true, "%"),
    legend: { show: false },
    grid: { left: 8, right: narrow ? 14 : 28, top: 16, bottom: 26, containLabel: true },
    tooltip: { trigger: "item", renderMode: "richText", confine: true, formatter: ({ dataIndex }) => `${rows[dataIndex].title}\n比例 ${rows[dataIndex].cells[0].shown}\n95%区间 ${rows[dataIndex].cells[1].shown}—${rows[dataIndex].cells[2].shown}` },
    series: [{
      type: "custom", name: "95%区间", cursor: "pointer", encode: { x: [1, 2], y: 0 },
      renderItem: (_, api) => {
        const [left, right] = [api.coord([api.value(1), api.value(0)]), api.coord([api.value(2), api.value(0)])];
        const bar = (x) => ({ type: "line", shape: { x1: x, y1: left[1] - 7, x2: x, y2: left[1] + 7 }, style: { stroke: "#1a4f9c", lineWidth: 2 } });
        const reach = { type: "line", shape: { x1: left[0], y1: left[1], x2: right[0], y2: right[1] }, style: { stroke: "#1a4f9c", lineWidth: 2 } };
        return { type: "group", children: [reach, bar(left[0]), bar(right[0])] };
      },
      data: rows.map((row, n) => [n, row.cells[1].value ?? 0, row.cells[2].value ?? 0]),
    }, {
      type: "scatter", name: "比例", symbol: "diamond", symbolSize: 14, cursor: "pointer", itemStyle: { color: "#1c2430" },
      label: { show: true, position: "top", fontSize: 12, color: "#1c2430", formatter: ({ dataIndex }) => rows[dataIndex].cells[0].shown },
      data: rows.map((row, n) => [row.cells[0].value, n]),
    }],
  });

  const drawn = (kind, data, about) => {
    if (kind === "lines") return lines(data, about);
    if (kind === "box") return box(data, about);
    if (kind === "intervals") return intervals(data, about);
    return bars(data, { ...about, across: kind !== "stacked" && kind !== "bars", stack: kind === "stacked" || kind === "across" });
  };

  const draw = (place) => {
    const table = document.getElementById(place.dataset.table);
    const kind = table.dataset.chart;
    const across = ["across", "beside", "box", "intervals"].includes(kind);
    const all = kind === "box" || kind === "intervals" ? read(table) : filled(read(table));
    const valued = kind === "box" || kind === "intervals" ? all.rows.filter((row) => row.cells.every((cell) => cell.value !== null)) : all.rows;
    const data = { ...all, rows: across ? valued.slice(0, MOST) : valued };
    if (!data.rows.length || !data.columns.length) return;
    place.hidden = false;
    place.classList.toggle("mj-chart-across", across);
    if (across) place.style.height = `${Math.max(150, 76 + data.rows.length * (kind === "beside" ? 48 : 34))}px`;
    const chart = echarts.init(place, null, { renderer: "canvas", locale: "ZH", devicePixelRatio: Math.max(2, window.devicePixelRatio) });
    const show = () => {
      const narrow = place.clientWidth < 560;
      const about = { narrow, unit: table.dataset.unit };
      const patterned = ["lines", "box", "intervals"].includes(kind) ? [] : data.columns.map((column, n) => fill(column, n).decal);
      chart.setOption({ ...frame(narrow, table.dataset.title, patterned), ...drawn(kind, data, about) }, true);
    };
    show();
    place.dataset.drawn = String(data.rows.length * data.columns.length);
    chart.on("click", ({ seriesIndex, dataIndex }) => {
      const cells = data.rows[dataIndex].cells;
      const one = kind === "box" || kind === "intervals" ? cells[0] : cells[seriesIndex];
      if (one && one.to) window.location.assign(one.to);
    });
    let width = place.clientWidth;
    new ResizeObserver(() => {
      if (place.clientWidth === width) return;
      width = place.clientWidth;
      chart.resize();
      show();
    }).observe(place);
  };

  const start = () => document.querySelectorAll(".mj-chart[data-table]").forEach(draw);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
