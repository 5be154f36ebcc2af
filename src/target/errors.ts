import { TargetError } from '../workload/load.ts';

/** What can be wrong with a program before it runs. */
export type ProgramErrorKind = 'not-found' | 'syntax' | 'unsupported-syntax' | 'no-export' | 'bad-inputs';

/** A place in a user's file; lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** A program that cannot be parsed, loaded or called; the message names it, says why, and what to do next. */
export class ProgramError extends TargetError {
  readonly kind: ProgramErrorKind;
  readonly place: Place | undefined;

  constructor(kind: ProgramErrorKind, message: string, place?: Place) {
    super(message);
    this.kind = kind;
    this.place = place;
  }
}

/** `file:line:column`, as far as it is known. */
export const formatPlace = ({ file, line, column }: Place): string =>
  [file, line, line === undefined ? undefined : column].filter(part => part !== undefined).join(':');
