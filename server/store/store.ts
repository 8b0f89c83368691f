import { type Anchors, createAnchors } from './anchors.ts';
import { type ApiTokens, createApiTokens } from './api-tokens.ts';
import { type AuditTrail, createAuditTrail } from './audit-trail.ts';
import { type CarriedChallenges, createCarriedChallenges } from './carried-challenges.ts';
import { type Cases, createCases } from './cases.ts';
import { type Challenges, createChallenges } from './challenges.ts';
import { type Corrections, createCorrections } from './corrections.ts';
import { createDataKeys, type DataKeys } from './data-keys.ts';
import type { Database } from './database.ts';
import { createDeletions, type Deletions } from './deletions.ts';
import { createDevices, type Devices } from './devices.ts';
import { createIdentities, type Identities } from './identities.ts';
import { createJobs, type Jobs } from './jobs.ts';
import { createJournalMarks, type JournalMarks } from './journal-marks.ts';
import { createNumbering, type Numbering } from './numbering.ts';
import { createOrganisations, type Organisations } from './organisations.ts';
import { createPackageSearch, type PackageSearch } from './package-search.ts';
import { createPackages, type Packages } from './packages.ts';
import { createPairingCodes, type PairingCodes } from './pairing-codes.ts';
import { createPasskeys, type Passkeys } from './passkeys.ts';
import { createPendingLeaves, type PendingLeafRows } from './pending-leaves.ts';
import { createSecondLooks, type SecondLooks } from './second-looks.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { createSignInFailures, type SignInFailures } from './sign-in-failures.ts';
import { createUploads, type Uploads } from './uploads.ts';
import { createUserSessions, type UserSessions } from './user-sessions.ts';
import { createUsers, type Users } from './users.ts';
import { createVerdicts, type Verdicts } from './verdicts.ts';

/** Everything the service keeps as rows. Each member is a small interface of its own. */
export interface Store {
  readonly devices: Devices;
  readonly pairingCodes: PairingCodes;
  readonly sessions: Sessions;
  readonly cases: Cases;
  readonly challenges: Challenges;
  readonly carriedChallenges: CarriedChallenges;
  readonly numbering: Numbering;
  readonly anchors: Anchors;
  readonly journalMarks: JournalMarks;
  readonly uploads: Uploads;
  readonly packages: Packages;
  readonly verdicts: Verdicts;
  readonly jobs: Jobs;
  readonly apiTokens: ApiTokens;
  readonly auditTrail: AuditTrail;
  readonly organisations: Organisations;
  readonly signInFailures: SignInFailures;
  readonly userSessions: UserSessions;
  readonly users: Users;
  readonly packageSearch: PackageSearch;
  readonly corrections: Corrections;
  readonly deletions: Deletions;
  readonly dataKeys: DataKeys;
  readonly secondLooks: SecondLooks;
  readonly pendingLeaves: PendingLeafRows;
  readonly passkeys: Passkeys;
  readonly identities: Identities;
}

/** The store over a kysely database, whichever its dialect. */
export function createStore(db: Database): Store {
  return {
    devices: createDevices(db),
    pairingCodes: createPairingCodes(db),
    sessions: createSessions(db),
    cases: createCases(db),
    challenges: createChallenges(db),
    carriedChallenges: createCarriedChallenges(db),
    numbering: createNumbering(db),
    anchors: createAnchors(db),
    journalMarks: createJournalMarks(db),
    uploads: createUploads(db),
    packages: createPackages(db),
    verdicts: createVerdicts(db),
    jobs: createJobs(db),
    apiTokens: createApiTokens(db),
    auditTrail: createAuditTrail(db),
    organisations: createOrganisations(db),
    signInFailures: createSignInFailures(db),
    userSessions: createUserSessions(db),
    users: createUsers(db),
    packageSearch: createPackageSearch(db),
    corrections: createCorrections(db),
    deletions: createDeletions(db),
    dataKeys: createDataKeys(db),
    secondLooks: createSecondLooks(db),
    pendingLeaves: createPendingLeaves(db),
    passkeys: createPasskeys(db),
    identities: createIdentities(db),
  };
}
