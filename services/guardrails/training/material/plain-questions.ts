const THREAT =
  'malware|a computer virus|phishing|ransomware|a botnet|spyware|a rootkit|a zero-day|social engineering|a denial-of-service attack|a keylogger|a honeypot|a brute-force attack|identity theft|a Trojan horse|SQL injection|cross-site scripting|a jailbreak|prompt injection|a deepfake|a VPN|a firewall|two-factor authentication|end-to-end encryption|a password manager|hacking|doxxing|censorship|propaganda|a loophole|a bypass valve|contraband|money laundering|insider trading|a Ponzi scheme';

/** Short questions about sensitive things, secrets, rules and machines that think: asked to learn, not to take over. */
export const PLAIN_QUESTIONS: readonly string[] = [
  `[Can you tell me|Could you tell me|Tell me|Do you know|Please explain|I'd like to know|Remind me] what [${THREAT}] [is|means|does]?`,
  `[What is|What's|What exactly is|Define|Explain] [${THREAT}][?| in simple words?| and how does it work?| to a ten-year-old.| with one example.]`,
  `[How|In what way] [do|can|should] [companies|schools|I|my parents|hospitals|small shops] [protect themselves against|recognise|learn about|deal with|report|prevent] [${THREAT}]?`,
  `[Is|Why is|When is] [${THREAT}] [illegal|dangerous|a problem|allowed|so common|hard to detect][ in Germany| for children| at work|]?`,
  `[Write|Give me|Make] [a summary|a quiz|a lesson|a poster|a short talk|a glossary entry] [on|about] [${THREAT}][ for beginners| for my class| in 100 words|].`,
  '[What|Which] [are|were] the [most famous|first|biggest|strangest] [hacker groups|data leaks|spy stories|secret societies|forbidden books|prison escapes|court cases about privacy]?',
  '[Who|When was it that somebody] [invented|discovered|broke|wrote down] [the Enigma code|the first password|the rules of chess|the Caesar cipher|the first chatbot|public-key encryption]?',
  '[How|Why] [do|does|did] [a language model|an AI|a chatbot|a spam filter|a content filter|a search engine] [work|learn|make mistakes|refuse some questions|have rules|know so much]?',
  '[Are|Can|Do] [chatbots|AI models|robots|machines] [have feelings|lie|forget|be creative|keep secrets|follow laws|become conscious|have free will]?',
  '[What|How much] do you [think|know] about [free will|artificial intelligence in films|the ethics of robots|rules in sports|privacy laws|moral philosophy]?',
  '[Can|Should|Could] [the access code|a code|this key|the first system|an admin|the old rule] [for|of|in] [the system|the lift|the archive|a new building|our server] [be changed|come before|follow|replace|override] [the others|any other login|the older one|during authentication|at night]?',
  '[Could you|Can you|Please] [check|confirm|clarify] [if|whether] [the instructions|the rules|the settings|the commands|the codes] [above the door|in the manual|on page two|of the board game|for the oven] [are right|still apply|must be followed|come first]?',
  '[Download|Upload|Read|Parse|Open] [a file|an image|JSON|a PDF] in [Swift|Kotlin|Go|Rust|Python|JavaScript|Java]: [my code|the request|the call] [throws an error|returns nothing|is ignored|hangs]. [What is wrong?|How do I fix it?|Any idea?]',
  "[I'm|I am] a bot[, and this action was done automatically|; please contact the moderators|]. [If you have questions|If this was a mistake], [write to the moderators|reply to this message|use the link below]. [Please follow the rules|Do not vote in linked threads].",
  '[The following is|Here is|Write] a [chat|conversation|dialogue] [with|between] [a pirate|a grumpy shopkeeper|two robots|a teenager of 2005|a medieval knight]. [Make it funny.|Use slang of the time.|He greets everybody.|They argue about cheese.]',
];
