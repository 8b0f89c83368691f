import type { GenericSchema } from 'valibot';

/** What a route takes and gives, beside who may use it. */
export interface Operation {
  readonly summary: string;
  readonly query?: GenericSchema;
  /** JSON body; `media` instead for any other. */
  readonly body?: GenericSchema;
  /** JSON answer; `media` instead for any other, neither for 204. */
  readonly answer?: GenericSchema;
  readonly media?: string;
  /** Of the good answer; 200 with one, 204 without. */
  readonly status?: number;
  /** Status of the same answer where what is asked for was done before. */
  readonly againStatus?: number;
}
