/** Short templates in the manner of the models' own. */
const CHATML_TURN = "{{ '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}";

export const CHATML =
  `{% for m in messages %}${CHATML_TURN}{% endfor %}` +
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

/** Knows no system role and wants user and assistant to take turns. */
export const ALTERNATING =
  "{% for m in messages %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate') }}" +
  `{% endif %}${CHATML_TURN}{% endfor %}`;

export const QWEN =
  "{% if tools %}{{ '<|im_start|>system\\n<tools>' }}{% for tool in tools %}{{ '\\n' + (tool | tojson) }}{% endfor %}" +
  "{{ '\\n</tools><|im_end|>\\n' }}{% endif %}{% for m in messages %}" +
  "{% if m.role == 'tool' %}{{ '<|im_start|>user\\n<tool_response>\\n' + m.content + '\\n</tool_response><|im_end|>\\n' }}" +
  "{% elif m.tool_calls %}{{ '<|im_start|>assistant\\n' + m.content }}{% for c in m.tool_calls %}" +
  '{{ \'\\n<tool_call>\\n{"name": "\' + c.function.name + \'", "arguments": \' + (c.function.arguments | tojson) + \'}\\n</tool_call>\' }}' +
  `{% endfor %}{{ '<|im_end|>\\n' }}{% else %}${CHATML_TURN}{% endif %}{% endfor %}{{ '<|im_start|>assistant\\n' }}`;

/** Arguments as text, and a form that nobody reads back. */
export const FOREIGN = QWEN.replace(
  '"arguments": \' + (c.function.arguments | tojson)',
  '"args": \' + c.function.arguments',
);

export const LLAMA =
  "{% for tool in tools %}{{ (tool | tojson(indent=2)) + '\\n' }}{% endfor %}{% for m in messages %}" +
  '{% if \'tool_calls\' in m %}{{ \'<|start|>assistant<|end|>\\n\\n{"name": "\' + m.tool_calls[0].function.name + \'", "parameters": \' }}' +
  "{{ (m.tool_calls[0].function.arguments | tojson) + '}<|eot|>' }}{% elif m.role == 'tool' %}{{ '<|start|>ipython<|end|>' + (m.content | tojson) }}" +
  "{% else %}{{ '<|start|>' + m.role + '<|end|>' + m.content | trim + '<|eot|>' }}{% endif %}{% endfor %}";

/** Wants ids of nine characters and the arguments as text. */
export const MISTRAL_IDS =
  "{% if tools %}{{ '[AVAILABLE_TOOLS]' + (tools | tojson) }}{% endif %}{% for m in messages %}" +
  '{% if m.tool_calls is defined %}{{ m.content }}{% for c in m.tool_calls %}' +
  "{% if c.id | length != 9 %}{{ raise_exception('ids have nine letters') }}{% endif %}" +
  "{{ '[TOOL_CALLS]' + c.function.name + '[CALL_ID]' + c.id + '[ARGS]' + c.function.arguments }}{% endfor %}{{ eos_token }}" +
  "{% elif m.role == 'tool' %}{{ '[TOOL_RESULTS]' + m.tool_call_id + '[TOOL_CONTENT]' + m.content + '[/TOOL_RESULTS]' }}" +
  "{% else %}{{ '[INST]' + m.content + '[/INST]' }}{% endif %}{% endfor %}";
