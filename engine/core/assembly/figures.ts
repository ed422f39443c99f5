// What of the regime analysis is worked on bucket by bucket: the trailing means of hundreds of series,
// and the projection of every bucket (docs/analysis.md). A module of its own, beside the core.

export {
  countsOf,
  currentOf,
  forcesOf,
  newProjection,
  projectedOf,
  push,
  sampleOf,
  setHorizon,
} from "./projection";
export { newRoll, roll, rolledOf, setWindow, valuesOf } from "./trailing_roll";
