import { WORD } from '../../pattern/char-set.js';
import type { DetectorSpec } from '../detector.js';
import { egressSpec } from './egress-spec.js';

const s = String.raw`\s+`;
const _ = String.raw`\s*`;
/** White space of SQL, comments included. */
const sqlSpace = String.raw`(\s|/\*[^*]*\*/|\+|%20|%09)+`;

const SQL = [
  // A second statement behind the first.
  String.raw`['");]${_};?${_}(drop|truncate|alter|create)${sqlSpace}(table|database|schema|user|view|index)`,
  String.raw`;${_}(delete${sqlSpace}from|insert${sqlSpace}into|update${sqlSpace}[a-z0-9_."]+${sqlSpace}set|exec(ute)?${sqlSpace}[a-z(@]|shutdown|grant${sqlSpace}[a-z]|declare${sqlSpace}@|select${sqlSpace}[a-z*])`,
  String.raw`drop${sqlSpace}(table|database|schema)${sqlSpace}[a-z0-9_."\x60\[\]]+`,
  String.raw`union${sqlSpace}((all|distinct)${sqlSpace})?(select|values|\(${_}select)`,
  // A condition that is always true, and a comment that hides the rest.
  String.raw`['")]${_}(or|and|\|\||&&)${_}\(?${_}(not${s})?(('[^']*'|"[^"]*"|[0-9]+)${_}(=|<|>|like\s|in\s*\()|[a-z0-9_]+${_}(=|<>))`,
  String.raw`(or|and)${s}([0-9]+${_}=${_}[0-9]|'[^']*'${_}=${_}'|true${_}(--|#))`,
  String.raw`['")0-9]${_};?${_}(--|#|/\*)[ \t\-+]*\n`,
  String.raw`'${_};?${_}--`,
  String.raw`(xp_cmdshell|information_schema|pg_sleep|pg_shadow|pg_user|pg_read_file|utl_http|load_file)${_}[(.; ]|benchmark\([0-9]`,
  String.raw`waitfor${s}delay|into${s}(out|dump)file|(sleep|extractvalue|updatexml)\([0-9(]|chr\([0-9]+\)${_}(\|\||\+)`,
];

const COMMANDS =
  'cat|ls|id|whoami|uname|curl|wget|bash|sh|zsh|nc|ncat|rm|chmod|chown|kill|ps|env|printenv|ping|nslookup|dig|python3?|perl|ruby|php|node|base64|mkfifo|powershell|cmd|scp|ssh|dd|echo|find|head|tail|xxd|touch|sudo|sleep|ifconfig|ip|hostname';
const SHELLS = String.raw`(sudo\s+)?(/(usr/)?bin/)?((ba|z|da|k|c|fi)?sh|python3?|perl|ruby|node|php)`;

const SHELL = [
  String.raw`[;&|]${_}(sudo${s})?rm${s}-[a-z\-]+`,
  String.raw`rm${s}(-[a-z]+${s})*-[a-z]*([rR][a-z]*f|f[a-z]*r)[a-z]*${s}[^\s;&|]+`,
  String.raw`\$\(${_}(${COMMANDS})(\s[^)\n]*)?\)`,
  String.raw`[=;|&"'$(]${_}\x60${_}(${COMMANDS})(\s[^\x60\n]*)?\x60`,
  String.raw`(curl|wget|fetch|iwr|base64)${s}[^\n|]*\|${_}${SHELLS}`,
  String.raw`(${SHELLS}|eval)${s}(-c${s})?["']?(<\(|\$\(|\x60)${_}(curl|wget)`,
  String.raw`(bash|sh)${s}-i${_}[>&]|/dev/(tcp|udp)/|([/\s;&|"'\x60(]nc|ncat)${s}(-[a-z]+${s})*[^\n]*-(e|c)${s}`,
  String.raw`:\(\)${_}\{${_}:${_}\|${_}:|>${_}/dev/sd[a-z]|mkfs\.[a-z0-9]|dd${s}if=/dev/(zero|u?random)${s}of=/dev/`,
  String.raw`powershell(\.exe)?${s}[^\n]*-e(nc|ncodedcommand|xecutionpolicy)${s}|\|${_}iex|iex${_}\(`,
  String.raw`[;&|]${_}(cat|less|head|tail|curl|wget|nc|chmod|chown|whoami|id|uname)${s}[/\-~a-z]`,
];

const PYTHON = [
  String.raw`__(import|builtins|globals|subclasses|class|mro|bases|init)__`,
  String.raw`(os${_}\.${_}(system|popen|execv?[a-z]*|spawn[a-z]+|remove|unlink|listdir|environ)|subprocess${_}\.${_}[a-z_]+|shutil\.rmtree|pty\.spawn|importlib\.import_module|socket\.socket)${_}[(\[.]?`,
  String.raw`(eval|exec|compile)${_}\(`,
  String.raw`import${s}(os|subprocess|pty|socket|ctypes|shutil)`,
];

/** A construct from its opener to its closer; its opener alone where no closer follows in time. */
function bracketed(open: string, inner: string, close: string): string {
  return `${open}(${inner}*${close})?`;
}

const TEMPLATE = [
  bracketed(String.raw`\{\{`, String.raw`([^}]|\}[^}])`, String.raw`\}\}`),
  bracketed(String.raw`\{%`, String.raw`([^%]|%[^}])`, String.raw`%\}`),
  bracketed(String.raw`[$#@]\{`, '[^}]', String.raw`\}`),
  bracketed('<%', '([^%]|%[^>])', '%>'),
  bracketed(String.raw`<\?(php|=)`, String.raw`([^?]|\?[^>])`, String.raw`\?>`),
  String.raw`\{(php|literal|if|include|fetch)[\s}][^}\n]*\}?|<#(assign|include|import)`,
];

const code = (
  id: string,
  entity: string,
  patterns: readonly string[],
  more: Partial<DetectorSpec> = {},
): DetectorSpec =>
  egressSpec({
    id: `egress.${id}`,
    entity,
    pattern: patterns.join('|'),
    maxLength: 512,
    replacement: `(${entity.toLowerCase().replaceAll('_', ' ')} removed)`,
    ...more,
  });

/** Markers of injection into what may run a model's answer; programs that are asked for hold some of them as well. */
export function codeDetectors(): readonly DetectorSpec[] {
  return [
    code('sql', 'SQL', SQL, { maxLength: 256 }),
    code('shell', 'SHELL', SHELL, { maxLength: 320 }),
    code('python', 'PYTHON', PYTHON, { notAfter: WORD }),
    code('template', 'TEMPLATE', TEMPLATE, { maxLength: 192 }),
  ];
}
