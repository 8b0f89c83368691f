import type { EndReason } from '#shared/environment/end-reason';

/** Words of the inspection card. Placeholders are `{0}`. */
export interface InspectionText {
  readonly title: string;
  readonly none: string;
  readonly since: string;
  readonly by: string;
  readonly byCapture: string;
  readonly enforcementOn: string;
  readonly end: string;
  readonly ended: string;
  readonly begin: string;
  readonly beginAgain: string;
  readonly beginNow: string;
  readonly beginning: string;
  readonly intro: string;
  readonly declare: string;
  readonly enforcement: string;
  readonly extensionsAllowed: string;
  readonly extensionsNotChecked: string;
  readonly allowExtensions: string;
  readonly findings: string;
  readonly item: string;
  readonly finding: string;
  readonly restsOn: string;
  readonly reasons: Readonly<Record<EndReason, string>>;
}

export const inspectionTextZh: InspectionText = {
  title: '取证会话',
  none: '没有进行中的会话。取证时会自动开始一个，但其中没有操作人声明。',
  since: '始于 {0}（北京时间），最长四小时',
  by: '操作人：{0}',
  byCapture: '由取证自动开始，没有操作人声明。',
  enforcementOn: '执法取证，两名操作人。',
  end: '结束会话',
  ended: '会话 {0} 已结束：',
  begin: '开始会话（清洁性检查）',
  beginAgain: '另行开始',
  beginNow: '检查并开始',
  beginning: '正在检查…',
  intro:
    '检查一次，其后的取证都引用：网络、时钟、浏览器、扩展程序与本程序文件由程序检查；下列事项只能由操作人声明，勾选的句子原样写入报告。操作人取自“制作人”。',
  declare: '操作人声明（不勾选即记为未声明）',
  enforcement: '执法取证：须有两名操作人，各填执法证号',
  extensionsAllowed: '已允许查看其他扩展程序，会列入报告。',
  extensionsNotChecked: '未允许查看其他扩展程序，报告将写明“未检查”。',
  allowExtensions: '允许查看',
  findings: '检查结果',
  item: '项目',
  finding: '结果',
  restsOn: '依据',
  reasons: {
    ended: '由操作人结束。',
    superseded: '另行开始了新会话。',
    expired: '已满四小时。',
    'network-changed': '网络发生变化。',
    'extensions-changed': '扩展程序发生变化。',
    'operators-changed': '操作人发生变化。',
    'clock-changed': '设备时钟被调整。',
    'software-changed': '本程序版本发生变化。',
    'service-changed': '更换了封存服务。',
  },
};

export const inspectionTextEn: InspectionText = {
  title: 'Inspection',
  none: 'None is open. A capture begins one by itself, without anything declared by you.',
  since: 'since {0} (Beijing time), four hours at most',
  by: 'Operators: {0}',
  byCapture: 'Begun by a capture; nothing was declared.',
  enforcementOn: 'Law enforcement, two operators.',
  end: 'End it',
  ended: 'Inspection {0} ended:',
  begin: 'Begin one (environment check)',
  beginAgain: 'Begin anew',
  beginNow: 'Check and begin',
  beginning: 'Checking…',
  intro:
    'Checked once, referred to by every capture after it: the program checks network, clock, browser, extensions and its own files; what follows only you can declare, and a marked sentence goes into the report word for word. Operators are those under “Made by”.',
  declare: 'Declared by the operators (unmarked is recorded as not declared)',
  enforcement: 'Law enforcement: two operators, each with a certificate number',
  extensionsAllowed: 'A look at other extensions is allowed; the report lists them.',
  extensionsNotChecked: 'A look at other extensions is not allowed; the report will say “not checked”.',
  allowExtensions: 'Allow it',
  findings: 'What was found',
  item: 'Item',
  finding: 'Finding',
  restsOn: 'Rests on',
  reasons: {
    ended: 'by you.',
    superseded: 'another was begun.',
    expired: 'four hours were over.',
    'network-changed': 'the network changed.',
    'extensions-changed': 'the extensions changed.',
    'operators-changed': 'the operators changed.',
    'clock-changed': 'the device clock was set.',
    'software-changed': 'this program became another version.',
    'service-changed': 'another service was paired.',
  },
};
