import assert from "node:assert/strict";
import fc from "fast-check";
import { drawArea, drawRuns, drawSteps } from "../../../client/charts/line_path.ts";

/** Every pixel column that a path covers, with the heights of its lines there, ends included. */
function drawn(steps: readonly string[]): string[] {
  const covered: string[] = [];
  let x = 0, y = 0;
  for (const step of steps) {
    const [op = "", toX = NaN, toY = NaN] = step.split(" ").map((part, i) =>
      i ? Number(part) : part
    ) as [string, number, number];
    if (op === "line") {
      for (let at = x; at < toX; at++) {
        covered.push(`${at} ${y + ((toY - y) * (at - x)) / (toX - x)}`);
      }
    }
    covered.push(`${toX} ${toY}`);
    x = toX;
    y = toY;
  }
  return [...new Set(covered)];
}

function pathOf(heights: readonly number[]): string[] {
  const steps: string[] = [];
  const pen = {
    moveTo: (x: number, y: number) => void steps.push(`move ${x} ${y}`),
    lineTo: (x: number, y: number) => void steps.push(`line ${x} ${y}`),
  };
  const same = { origin: 0, perUnit: 1 };
  const stretch = { from: 0, to: heights.length - 1, x: same, y: same };
  drawRuns(pen, heights.map((_, x) => x), heights, stretch);
  return steps;
}

/** A line to every point, as it would be without leaving any out. */
function plainPath(heights: readonly number[]): string[] {
  return heights.flatMap((y, x) => {
    if (Number.isNaN(y)) return [];
    return [`${Number.isNaN(heights[x - 1] ?? NaN) ? "move" : "line"} ${x} ${y}`];
  });
}

Deno.test("drawRuns() keeps the ends of a run and the gaps", () => {
  assert.deepEqual(pathOf([5, 5, 5, 7, 7, NaN, NaN, 3, 3]), [
    "move 0 5",
    "line 2 5",
    "line 3 7",
    "line 4 7",
    "move 7 3",
    "line 8 3",
  ]);
  assert.deepEqual(pathOf([]), []);
});

Deno.test("drawRuns() draws what a line to every point draws", () => {
  const heights = fc.array(fc.constantFrom(1, 1, 1, 2, 3, NaN), { maxLength: 60 });
  fc.assert(fc.property(heights, (points) => {
    assert.deepEqual(drawn(pathOf(points)), drawn(plainPath(points)));
  }));
});

Deno.test("drawRuns() rounds to whole pixels on its scales", () => {
  const steps: string[] = [];
  const pen = {
    moveTo: (x: number, y: number) => void steps.push(`move ${x} ${y}`),
    lineTo: (x: number, y: number) => void steps.push(`line ${x} ${y}`),
  };
  const x = { origin: 10, perUnit: 2 };
  const y = { origin: 100, perUnit: -0.5 };
  drawRuns(pen, [0, 1, 2, 3], [10, 10.5, 20, null], { from: 0, to: 3, x, y });
  assert.deepEqual(steps, ["move 10 95", "line 12 95", "line 14 90"]);
});

Deno.test("drawSteps() holds a value up to the next, and draws nothing across a gap", () => {
  const steps: string[] = [];
  const pen = {
    moveTo: (x: number, y: number) => void steps.push(`move ${x} ${y}`),
    lineTo: (x: number, y: number) => void steps.push(`line ${x} ${y}`),
  };
  const same = { origin: 0, perUnit: 1 };
  const heights = [5, 5, 7, NaN, NaN, 3, 3];
  const xs = heights.map((_, x) => x + 0.5);
  drawSteps(pen, xs, heights, { from: 0, to: 6, x: same, y: same });
  assert.deepEqual(steps, [
    ...["move 0 5", "line 2 5", "line 2 7", "line 3 7"],
    ...["move 5 3", "line 7 3"],
  ]);
});

Deno.test("drawArea() fills between 0 and the line, and nothing in a gap", () => {
  const rects: number[][] = [];
  const pen = { rect: (...sides: number[]) => void rects.push(sides) };
  const x = { origin: 0, perUnit: 1 };
  const y = { origin: 10, perUnit: -1 };
  const heights = [4, 4, NaN, -2, 0];
  const xs = heights.map((_, at) => at + 0.5);
  drawArea(pen, xs, heights, { from: 0, to: 4, x, y });
  assert.deepEqual(rects, [[0, 6, 2, 4], [3, 10, 1, 2]]);
});
