export { fakeEngine } from './fake-engine.ts';
export type { FakeEngine, FakeEngineOptions } from './fake-engine.ts';
export { testEngine } from './test-engine.ts';
export type { EngineCheck } from './test-engine.ts';
