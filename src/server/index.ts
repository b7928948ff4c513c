export { defaultHost, defaultPort, startServer, webFolder, type RunningServer, type ServerOptions } from './server.ts';
export { streamLog, type Log, type LogEntry } from './log.ts';
export { startReadingServer, type ReadingServerOptions } from './reading-server.ts';
