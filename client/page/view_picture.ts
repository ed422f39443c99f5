import type { Theme } from "../heatmap/theme.ts";

/** Height of the line of text on top, CSS pixels. */
const HEAD = 28;

/**
 * Puts what is drawn on the page into one picture, each canvas where it is on the page.
 *
 * @param canvases what is drawn, as it lies on the page
 * @param caption one line on top: what is shown and when
 * @returns the picture as PNG
 * @throws Error when the browser cannot make it
 */
export async function viewPicture(
  canvases: readonly HTMLCanvasElement[],
  caption: string,
  theme: Theme,
): Promise<Blob> {
  const ratio = devicePixelRatio;
  const boxes = canvases.map((canvas) => ({ canvas, box: canvas.getBoundingClientRect() }))
    .filter(({ box }) => box.width > 0 && box.height > 0);
  const left = Math.min(...boxes.map(({ box }) => box.left));
  const top = Math.min(...boxes.map(({ box }) => box.top));
  const width = Math.max(...boxes.map(({ box }) => box.right)) - left;
  const height = Math.max(...boxes.map(({ box }) => box.bottom)) - top;
  const picture = new OffscreenCanvas(width * ratio, (height + HEAD) * ratio);
  const context = picture.getContext("2d");
  if (context === null) throw new Error("picture: this browser gives no 2D canvas");
  context.fillStyle = theme.ground;
  context.fillRect(0, 0, picture.width, picture.height);
  context.fillStyle = theme.text;
  context.font = `${13 * ratio}px ${theme.font}`;
  context.textBaseline = "middle";
  context.fillText(caption, 12 * ratio, (HEAD / 2) * ratio);
  for (const { canvas, box } of boxes) {
    context.drawImage(
      canvas,
      (box.left - left) * ratio,
      (box.top - top + HEAD) * ratio,
      box.width * ratio,
      box.height * ratio,
    );
  }
  return await picture.convertToBlob({ type: "image/png" });
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
