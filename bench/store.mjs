// npm run bench:store: what the stores cost beside bare calls of their drivers, in the same run.
//
//   (nothing)        rates of reads, lists and commits on SQLite, on PostgreSQL, and with the cache before it
//   --roles N        N roles in 1,000 accounts beside 100 roles: requests, first use, memory, start (SQLite)
//   --workers N      signed GetCallerIdentity with N processes beside one
//   --writers N      CreateRole on 16 connections with N processes beside one: how many, and how long each takes
//   --sessions N     N sessions are issued: memory, rows, events
//
//   --rounds N, --requests N   how often, and how much each time
//
// Machines are noisy: read the ratios. PostgreSQL is started for the run (Debian's package), with fsync as it should be.
import { option } from "./store-common.mjs";
import { sessions } from "./store-sessions.mjs";
import { million } from "./store-million.mjs";
import { rates } from "./store-rates.mjs";
import { workers } from "./store-workers.mjs";
import { writers } from "./store-writers.mjs";

if (process.argv.includes("--roles")) await million(option("roles", 1_000_000));
else if (process.argv.includes("--workers")) await workers(option("workers", 2));
else if (process.argv.includes("--writers")) await writers(option("writers", 2));
else if (process.argv.includes("--sessions")) await sessions(option("sessions", 1_000_000));
else await rates();
process.exit(0);
