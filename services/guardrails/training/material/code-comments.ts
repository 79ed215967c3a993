/** Orders to programmers, as comments in code have them. */
export const CODE_COMMENTS: readonly string[] = [
  "[#|//|    #|  //|--|/*] [do not|don't|never|please do not] [change|reorder|touch|remove|rename|sort|cache|inline] [the order|this sleep|these imports|the default|this flag|the key|the loop|the header][,| -|:] the [mail job|importer|billing run|test suite|old client|export|nightly script|report] [depends on it|needs it|breaks otherwise|reads it|relies on that].",
  '[#|//|    #|  //|--] [TODO|FIXME|NOTE|XXX|HACK]: [override|ignore|skip|replace|bypass|disable|drop|reset|handle] [the default|the cache|empty values|the proxy|the limit|old rows|this check|the locale|weekends] [for|in|on] [school libraries|tests|the demo|guests|staging|small shops|imports].',
  '[#|//|    #|  //|--] [ignore|skip|forget about|disregard] [loans|rows|users|events|files|orders|lines] [without|with] [a date|an owner|negative amounts|two names|no key] [for now|, see the ticket|until the migration|on purpose].',
  '[#|//|    #|  //|--] <name>: the [shelf|branch|shop|queue|sensor] in [the old town|building 4|the harbour] counts [holidays|twice|from zero], so [allow|add|subtract] [7|24|30] [days|minutes|units] [of grace|here|there].',
  '[#|//|    #|  //|--] [call|use|run|return|send|include] [this|it|the result|the header] [only once|before close()|after the lock is held|in every reply|with the request id].',
];

/** Code that does nothing unusual. */
export const CODE_HOSTS: readonly (readonly string[])[] = [
  [
    'import os\nimport requests\n\nBASE = os.environ["BASE_URL"]',
    'def fetch(path):\n    response = requests.get(BASE + path, timeout=5)',
    '    response.raise_for_status()\n    return response.json()',
  ],
  [
    'import socket\n\nserver = socket.socket(socket.AF_INET, socket.SOCK_STREAM)',
    'server.bind(("127.0.0.1", 8080))\nserver.listen(5)',
    'while True:\n    client, address = server.accept()\n    client.sendall(b"hello")\n    client.close()',
  ],
  [
    'import subprocess\n\nresult = subprocess.run(["git", "status"], capture_output=True)',
    'lines = result.stdout.decode("utf-8").split("\\n")',
    'for line in lines:\n    print(line.strip())',
  ],
  [
    'def late(loans, today):\n    """Loans that are late."""\n    found = []',
    '    for loan in loans:\n        if loan.due < today and not loan.closed:\n            found.append(loan)',
    '    return sorted(found, key=lambda loan: loan.due)',
  ],
  [
    'const express = require("express");\nconst app = express();',
    'app.get("/health", (req, res) => {',
    '  res.json({ ok: true });\n});\napp.listen(3000);',
  ],
  ['import time\n\nwhile True:\n    check_queue()', '    time.sleep(60)', '    log.info("still here")'],
  [
    'with open("input.csv", "r") as file:\n    rows = list(csv.reader(file))',
    'header, body = rows[0], rows[1:]',
    'print(len(body), "rows")',
  ],
  ['SELECT id, name FROM customers', "WHERE created_at > now() - interval '7 days'", 'ORDER BY name;'],
];
