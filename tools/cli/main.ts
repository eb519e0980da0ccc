#!/usr/bin/env node
import { runCli } from "./runCli.ts";
import { processIo } from "./shell/io.ts";

process.exitCode = await runCli(process.argv.slice(2), processIo());
