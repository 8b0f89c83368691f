import { readConfig } from './config.ts';
import { createService, type Service, type ServiceOptions } from './service.ts';
import { removeServiceFile, writeServiceFile } from './service-file.ts';
import { witnessNotices } from './witness-notices.ts';

/** How long running requests may take after a signal; an upload cut off is resumed by its client. */
const GRACE_MS = 5000;

/** To standard error: what was asked and what failed, no address and no URL. */
const logger = { level: 'info', base: null, stream: process.stderr };

/**
 * Runs the service until SIGTERM or SIGINT: reads the configuration, listens, writes `<data>/service.json`, prints
 * the URL on standard output.
 * @param overrides parts a test puts in the place of the real ones.
 * @returns the exit code.
 * @throws ConfigError, DataLockError, TrustError, FatalLogError
 */
export async function runService(
  argv: readonly string[],
  overrides: Partial<Pick<ServiceOptions, 'sealSteps' | 'now'>> = {},
): Promise<number> {
  const config = readConfig(argv, process.env);
  let end = (_exitCode: number): void => undefined;
  const ended = new Promise<number>((resolve) => {
    end = resolve;
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => end(0));
  const service = await createService({
    ...config,
    now: () => new Date(),
    logger,
    onFatal: ({ code, message, entry }) => {
      const where = entry === undefined ? '' : ` (${entry})`;
      process.stderr.write(
        `✗ ${code}: the transparency log has stopped, and the service with it: ${message}${where}. ` +
          'Nothing acknowledged is lost; start the service again when the cause is gone. ' +
          '透明日志已停止,服务随之停止;已确认的数据没有丢失,排除原因后重新启动即可。\n',
      );
      end(1);
    },
    onDatabaseLost: ({ code, message }) => {
      process.stderr.write(
        `✗ ${code}: ${message}, and the service stops. Nothing acknowledged is lost; start it again. ` +
          '与数据库的连接已断开,服务随之停止;已确认的数据没有丢失,重新启动即可。\n',
      );
      end(1);
    },
    onWitnessFailure: witnessNotices((line) => void process.stderr.write(line)),
    ...overrides,
  });
  try {
    const { url, port, tls } = await service.listen();
    await writeServiceFile(config.dataDir, { pid: process.pid, port, ...(tls === undefined ? {} : { tls }) });
    process.stdout.write(`${url}\n`);
    await printInvitation(service, url);
    return await ended;
  } finally {
    await removeServiceFile(config.dataDir);
    await closeInTime(service);
  }
}

/** To standard error, past the log: standard output holds the URL alone. After `#`, so that no log ever holds it. */
async function printInvitation(service: Service, url: string): Promise<void> {
  const invitation = await service.inviteAdministrator();
  if (invitation === undefined) return;
  const { token, expiresAt } = invitation;
  process.stderr.write(
    `First administrator 首个管理员 (user name 用户名 admin, once 一次有效, until ${expiresAt.toISOString()}): ` +
      `${url}/invitation#${token}\n`,
  );
}

async function closeInTime(service: Service): Promise<void> {
  const timer = setTimeout(() => service.app.server.closeAllConnections(), GRACE_MS);
  await service.close();
  clearTimeout(timer);
}
