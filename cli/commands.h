// Every command, a function for each file that adds one noun or verb to the tree. Each reads its options into values
// of its own and uses `environment` when it runs; both must outlive the tree's action.
#ifndef DOODLE_CLI_COMMANDS_H_
#define DOODLE_CLI_COMMANDS_H_

#include "cli/command_tree.h"
#include "cli/environment.h"

namespace doodle {

void AddUpCommand(Command root, Environment& environment);
void AddIngestCommand(Command root, Environment& environment);
void AddDatasetsCommand(Command root, Environment& environment);
void AddInitCommand(Command root, Environment& environment);
void AddSubmitCommand(Command root, Environment& environment);
void AddJobsCommand(Command root, Environment& environment);
void AddWorkersCommand(Command root, Environment& environment);
void AddCheckpointsCommand(Command root, Environment& environment);
void AddEvaluateCommand(Command root, Environment& environment);
void AddPredictCommand(Command root, Environment& environment);
void AddAuditCommand(Command root, Environment& environment);
void AddModelsCommand(Command root, Environment& environment);
void AddLrCommand(Command root, Environment& environment);
void AddContextsCommand(Command root, Environment& environment);
void AddVersionCommand(Command root, Environment& environment);
void AddCompletionCommand(Command root, Environment& environment);

}  // namespace doodle

#endif  // DOODLE_CLI_COMMANDS_H_
