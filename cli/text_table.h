// A table of text with aligned columns, as kubectl prints it.
#ifndef DOODLE_CLI_TEXT_TABLE_H_
#define DOODLE_CLI_TEXT_TABLE_H_

#include <string>
#include <vector>

namespace doodle {

// Thread-compatible.
class TextTable {
 public:
  // Headings; one that ends with '>' is of a column of numbers, set flush right, and is shown without it.
  explicit TextTable(const std::vector<std::string>& headings);

  // As many cells as headings.
  void Add(std::vector<std::string> cells);

  // Lines without trailing blanks, each after `indent` blanks; an empty cell is shown as "-".
  std::string Text(int indent = 0) const;
  bool empty() const { return rows_.size() == 1; }

 private:
  std::vector<bool> right_;
  std::vector<std::vector<std::string>> rows_;  // The headings first.
};

}  // namespace doodle

#endif  // DOODLE_CLI_TEXT_TABLE_H_
