import { formatCount, formatSigned } from "../format.ts";
import { cellColour, type Colouring, type Rgb } from "../heatmap/palette.ts";
import type { Theme } from "../heatmap/theme.ts";
import type { ScaleEnds } from "../heatmap/view_scales.ts";

/** CSS pixels: the caption on top, the legend below, and what keeps both from the edges. */
const HEAD = 28;
const FOOT = 32;
const EDGE = 12;
/** Of the legend: its ramps, and the space between what belongs together and what does not. */
const RAMP_WIDTH = 96;
const RAMP_HEIGHT = 8;
const GAP = 8;
const APART = 24;
/** Of the charts' names and figures. */
const LINE = 16;
const SAMPLE = 14;

/** What a picture shows besides what is drawn. */
export interface PictureWords {
  /** One line on top: what is shown and when. */
  readonly caption: string;
  readonly colouring: Colouring;
  /** The ends of the heatmap's scales. */
  readonly ends: ScaleEnds;
  /** Smallest execution shown, or null where none is. */
  readonly leastTrade: number | null;
}

/**
 * Puts what is drawn on the page into one picture, each canvas where it is on the page, with the
 * charts' names and figures beside them and the heatmap's legend below.
 *
 * @param canvases what is drawn, as it lies on the page
 * @param legends what holds the names and figures of each chart
 * @returns the picture as PNG
 * @throws Error when the browser cannot make it
 */
export async function viewPicture(
  canvases: readonly HTMLCanvasElement[],
  legends: readonly Element[],
  words: PictureWords,
  theme: Theme,
): Promise<Blob> {
  const boxes = canvases.map((canvas) => ({ canvas, box: canvas.getBoundingClientRect() }))
    .filter(({ box }) => box.width > 0 && box.height > 0);
  const left = Math.min(...boxes.map(({ box }) => box.left));
  const top = Math.min(...boxes.map(({ box }) => box.top));
  const width = Math.max(...boxes.map(({ box }) => box.right)) - left;
  const height = Math.max(...boxes.map(({ box }) => box.bottom)) - top;
  const ratio = devicePixelRatio;
  const picture = new OffscreenCanvas(width * ratio, (height + HEAD + FOOT) * ratio);
  const context = picture.getContext("2d");
  if (context === null) throw new Error("picture: this browser gives no 2D canvas");
  context.scale(ratio, ratio);
  context.fillStyle = theme.ground;
  context.fillRect(0, 0, width, height + HEAD + FOOT);
  context.textBaseline = "middle";
  context.font = `13px ${theme.font}`;
  context.fillStyle = theme.text;
  context.fillText(words.caption, EDGE, HEAD / 2, width - 2 * EDGE);
  for (const { canvas, box } of boxes) {
    context.drawImage(canvas, box.left - left, box.top - top + HEAD, box.width, box.height);
  }
  context.font = `12px ${theme.font}`;
  for (const legend of legends) drawChartLegend(context, legend, left, top - HEAD, theme);
  drawLegend(context, height + HEAD + FOOT / 2, width, words, theme);
  return await picture.convertToBlob({ type: "image/png" });
}

/** A chart's name, and of each of its lines the sample, the name and the figure, as on the page. */
function drawChartLegend(
  context: OffscreenCanvasRenderingContext2D,
  legend: Element,
  left: number,
  top: number,
  theme: Theme,
): void {
  const placeOf = (element: Element) => {
    const box = element.getBoundingClientRect();
    return { x: box.left - left, right: box.right - left, y: box.top + box.height / 2 - top };
  };
  for (const element of legend.querySelectorAll("h2, .entry > span")) {
    const { x, right, y } = placeOf(element);
    if (right <= x) continue;
    const isFigure = element.classList.contains("figure");
    context.fillStyle = isFigure ? theme.text : theme.dim;
    context.textAlign = isFigure ? "right" : "left";
    context.fillText(element.textContent ?? "", isFigure ? right : x, y);
  }
  for (const sample of legend.querySelectorAll(".sample")) {
    const { x, right, y } = placeOf(sample);
    if (right <= x) continue;
    context.strokeStyle = getComputedStyle(sample).color;
    context.lineWidth = 2;
    context.setLineDash(sample.classList.contains("dashed") ? [4, 3] : []);
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(right, y);
    context.stroke();
  }
  context.setLineDash([]);
  context.textAlign = "left";
}

/** What the heatmap's colours and the bubbles mean, as far as there is room for it. */
function drawLegend(
  context: OffscreenCanvasRenderingContext2D,
  y: number,
  width: number,
  { colouring, ends, leastTrade }: PictureWords,
  theme: Theme,
): void {
  let x = EDGE;
  const text = (words: string, colour: string) => {
    context.fillStyle = colour;
    context.fillText(words, x, y);
    x += context.measureText(words).width + GAP;
  };
  const ramp = (colourAt: (share: number) => Rgb, rampWidth = RAMP_WIDTH) => {
    const gradient = context.createLinearGradient(x, 0, x + rampWidth, 0);
    for (let stop = 0; stop <= 8; stop++) {
      const [red, green, blue] = colourAt(stop / 8);
      gradient.addColorStop(stop / 8, `rgb(${red} ${green} ${blue})`);
    }
    context.fillStyle = gradient;
    context.fillRect(x, y - RAMP_HEIGHT / 2, rampWidth, RAMP_HEIGHT);
    x += rampWidth + GAP;
  };
  const bubble = (isFilled: boolean) => {
    context.beginPath();
    context.arc(x + LINE / 4, y, LINE / 4, 0, 2 * Math.PI);
    context.fillStyle = context.strokeStyle = theme.spot;
    context.lineWidth = 1.5;
    if (isFilled) context.fill();
    else context.stroke();
    x += SAMPLE;
  };
  const groups = [
    () => {
      if (colouring === "why") {
        ramp(() => theme.heatmap.traded, SAMPLE);
        text("traded", theme.dim);
      }
      const draining = colouring === "why" ? "pulled" : "draining";
      text(`${draining} ${formatSigned(-ends.net)}`, theme.dim);
      ramp((share) => cellColour(theme.heatmap, 2 * share - 1, 1));
      text(`${formatSigned(ends.net)} building`, theme.dim);
    },
    () => {
      if (colouring === "force") return text("force alone", theme.dim);
      text(`depth, log ${formatCount(Math.round(ends.shallow))}`, theme.dim);
      ramp((share) => cellColour(theme.heatmap, 0, share));
      text(formatCount(Math.round(ends.deep)), theme.dim);
    },
    () => {
      if (leastTrade === null) return;
      bubble(true);
      text("buyer took", theme.dim);
      bubble(false);
      text(leastTrade > 1 ? `seller took, of at least ${leastTrade}` : "seller took", theme.dim);
    },
  ];
  for (const group of groups) {
    // About what a group takes; one that does not fit is left out whole.
    if (x + 2 * RAMP_WIDTH > width) return;
    group();
    x += APART - GAP;
  }
}

/** Lets the browser save bytes as a file. */
export function saveFile(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The download has its own hold on the bytes once the click is over.
  setTimeout(() => URL.revokeObjectURL(link.href), 0);
}
