// Presage as it is installed, line by line: `s<text>` asks, `l<text>` teaches.
// An answer is the typed part of a word, then words and probabilities, separated by tabs.

#include <presage.h>

#include <iostream>
#include <string>

class Text : public PresageCallback {
 public:
  std::string past;
  std::string get_past_stream() const override { return past; }
  std::string get_future_stream() const override { return ""; }
};

int main() {
  Text text;
  Presage presage(&text);
  // What is being typed is not learned until the benchmark says so.
  presage.config("Presage.ContextTracker.ONLINE_LEARNING", "no");
  // A ghost stays while it fits; a list need not offer twice what was passed over.
  presage.config("Presage.Selector.REPEAT_SUGGESTIONS", "yes");
  for (std::string line; std::getline(std::cin, line);) {
    const std::string rest = line.substr(1);
    if (line[0] == 'l') {
      presage.learn(rest);
      continue;
    }
    text.past = rest;
    const auto words = presage.predict({});
    std::cout << presage.prefix();
    for (auto word = words.rbegin(); word != words.rend(); ++word)
      std::cout << '\t' << word->second << '\t' << word->first;
    std::cout << std::endl;
  }
}
