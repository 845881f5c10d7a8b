/** The charts for others: to draw them, to test plans against them, to run them. */
export { createPositionMachine, MAXIMUM_RUNGS, rungStateName, type PositionMachine } from "./position.ts";
export { positionLogic, toSnapshot, type PositionActor, type PositionChartSnapshot } from "./position-logic.ts";
export type { Excursion, PositionEvent, PositionEventType } from "./position-events.ts";
export { supervisorMachine, type SupervisorEvent, type Watch } from "./supervisor.ts";
export { toDetail, toJson, toOverview, toPage, toSource } from "./drawing.ts";
export { matrixPage, stateEventMatrix, type Cell } from "./state-event-matrix.ts";
export { drawings, type Drawing } from "./drawings.ts";
