import type { EndReason } from '#shared/environment/end-reason';
import type { Operator } from '#shared/environment/environment-report';
import type { Item } from '#shared/environment/items';

/** An inspection as the panel shows it. */
export interface InspectionView {
  readonly id: string;
  readonly begunAt: number;
  readonly begunBy: 'person' | 'capture';
  readonly enforcement: boolean;
  readonly operators: readonly Operator[];
  readonly endedAt?: number;
  readonly endReason?: EndReason;
  /** What was found, without the evidence that is not shown. */
  readonly items: readonly {
    readonly kind: Item['kind'];
    readonly finding: string;
    readonly mark: Item['mark'];
  }[];
}
