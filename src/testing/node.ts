/** The whole module, including what needs Node: asking other implementations. The page loads only index.ts. */
export * from './index.ts';
export { conform, CONFORM_DEFAULTS, type ConformOptions } from './conformance/conform.ts';
export { conformUrl, type ConformUrlOptions } from './conformance/conform-url.ts';
export { inTime } from './conformance/in-time.ts';
export { answerLine, servePeer, type AnswerOutput } from './conformance/serve-peer.ts';
export { questionId } from './conformance/question-id.ts';
export { conformanceHtml, githubAnnotations, gitlabReport, jobSummary } from './conformance/report-ci.ts';
export { storeConformance, type StoreUnderTest } from './store-conformance.ts';
export { activationConformance, type ActivationUnderTest, type JobBehaviour } from './ports/activation-conformance.ts';
export {
  clockConformance,
  manifestConformance,
  probeConformance,
  telemetryConformance,
  type ManifestsSubject,
  type ManifestsUnderTest,
  type ProbesUnderTest,
} from './ports/host-ports-conformance.ts';
export { outboxConformance, type OutboxUnderTest } from './ports/outbox-conformance.ts';
export type { PortCheck } from './ports/port-checks.ts';
export { transportConformance } from './ports/transport-conformance.ts';
