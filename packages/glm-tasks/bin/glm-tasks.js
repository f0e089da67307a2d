#!/usr/bin/env node
// Stands outside dist so that package managers can link the command before the first build.
import '../dist/command/main.js';
