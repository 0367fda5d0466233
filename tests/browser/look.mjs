// What is wrong with how a page looks, as a list of sentences. It runs inside of the page, so it
// uses nothing from outside of this function.
export function faultsOf() {
  const faults = [];
  const words = (element) => JSON.stringify(element.textContent.slice(0, 60));

  // The page itself is never moved sideways; its drawings and tables may be, in their frames.
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth)
    faults.push(`the page is ${root.scrollWidth} px wide on a screen of ${root.clientWidth} px`);

  for (const link of document.querySelectorAll('a[href^="#"]'))
    if (!document.getElementById(link.getAttribute('href').slice(1)))
      faults.push(`${words(link)} leads nowhere`);

  const slack = 1.5;
  for (const svg of document.querySelectorAll('svg')) {
    const frame = svg.getBoundingClientRect();
    const boxes = [...svg.querySelectorAll('text')].map((text) => ({
      text, box: text.getBoundingClientRect(),
    }));
    for (const { text, box } of boxes) {
      const outside = box.left < frame.left - slack || box.right > frame.right + slack ||
        box.top < frame.top - slack || box.bottom > frame.bottom + slack;
      if (outside)
        faults.push(`"${svg.getAttribute('aria-label')}": ${words(text)} is outside of its drawing`);
    }
    // By their left edges, so that only neighbours are compared.
    boxes.sort((a, b) => a.box.left - b.box.left);
    for (let i = 0; i < boxes.length; ++i)
      for (let j = i + 1; j < boxes.length && boxes[j].box.left < boxes[i].box.right - slack; ++j) {
        const [a, b] = [boxes[i].box, boxes[j].box];
        // A line of text is higher than its letters: a third may be shared.
        const shared = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (shared > Math.min(a.height, b.height) / 3)
          faults.push(`"${svg.getAttribute('aria-label')}": ${words(boxes[i].text)} and ` +
            `${words(boxes[j].text)} overlap`);
      }
  }

  // Contrast as WCAG 2 has it.
  const parse = (colour) => {
    const numbers = colour.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
    return { rgb: numbers.slice(0, 3), alpha: numbers[3] ?? 1 };
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((value) => {
      const share = value / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (light + 0.05) / (dark + 0.05);
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { rgb, alpha } = parse(getComputedStyle(at).backgroundColor);
      if (alpha === 1) return rgb;
    }
    return [255, 255, 255];
  };
  const probe = document.createElement('span');
  document.body.append(probe);
  const resolved = (colour) => {
    probe.style.color = colour;
    return parse(getComputedStyle(probe).color).rgb;
  };
  const seen = new Set();
  for (const element of document.querySelectorAll('main *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || element.closest('title')) continue;
    const style = getComputedStyle(element);
    const drawn = element.closest('svg');
    const front = parse(drawn ? style.fill : style.color).rgb;
    // A name of a state stands in its bar.
    const back = element.matches('text.sn') ? resolved(style.getPropertyValue('--c')) : behind(element);
    const ratio = contrast(front, back);
    const key = `${front} on ${back}`;
    if (ratio >= 4.5 || seen.has(key)) continue;
    seen.add(key);
    faults.push(`${words(element)}: contrast ${ratio.toFixed(2)} (${key}); at least 4.5`);
  }
  probe.remove();
  return faults;
}
