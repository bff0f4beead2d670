/** What the checks of planted bugs of the stage need, in one module graph. */
export { stageProtocol } from '../../scenarios/testbed/stage/protocols.ts';
export { rowsOfText, rowToText } from '../../scenarios/testbed/stage/script.ts';
export { recordRun, StageSession } from '../../scenarios/testbed/stage/session.ts';
export { stageOptionsFrom, stageScriptFrom } from '../../scenarios/testbed/stage/stage-file.ts';
export { StageDesk } from '../../notebooks-web/stage/stage-desk.ts';
