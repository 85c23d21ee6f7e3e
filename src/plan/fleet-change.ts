import type { HealthFailurePolicy } from '../machine/index.ts';
import type { ComplianceMode } from '../fleet/index.ts';

/** One difference between the fleet that runs and the new one. `path` is its place in the new file. */
export type FleetChange = { readonly path: string } & (
  | { readonly type: 'host-joins' | 'host-leaves'; readonly hostname: string; readonly channel: string }
  | { readonly type: 'host-moves'; readonly hostname: string; readonly from: string; readonly to: string }
  | { readonly type: 'closure'; readonly hostname: string; readonly from: string | null; readonly to: string | null }
  | { readonly type: 'pin'; readonly hostname: string; readonly isPinned: boolean }
  | {
      readonly type: 'wave';
      readonly hostname: string;
      readonly channel: string;
      /** `null`: in no wave. */
      readonly from: number | null;
      readonly to: number | null;
    }
  | {
      readonly type: 'soak';
      readonly channel: string;
      readonly wave: number;
      readonly fromMinutes: number;
      readonly toMinutes: number;
    }
  | { readonly type: 'waves'; readonly channel: string; readonly from: number; readonly to: number }
  | {
      readonly type: 'failure-policy';
      readonly channel: string;
      readonly from: HealthFailurePolicy;
      readonly to: HealthFailurePolicy;
    }
  | {
      readonly type: 'compliance';
      readonly channel: string;
      readonly from: ComplianceMode;
      readonly to: ComplianceMode;
    }
  | {
      readonly type: 'budget';
      readonly summary: string;
      /** `null`: no limit, or no such budget. */
      readonly from: number | null;
      readonly to: number | null;
    }
  | {
      readonly type: 'edge' | 'channel-edge';
      readonly gated: string;
      readonly gates: string;
      readonly isNew: boolean;
    }
  | { readonly type: 'channel-joins' | 'channel-leaves'; readonly channel: string }
);

/** Which kind of change it is. */
export type FleetChangeType = FleetChange['type'];
