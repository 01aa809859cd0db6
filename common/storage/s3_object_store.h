// ObjectStore over S3's REST API.
#ifndef DOODLE_COMMON_STORAGE_S3_OBJECT_STORE_H_
#define DOODLE_COMMON_STORAGE_S3_OBJECT_STORE_H_

#include <memory>

#include "common/storage/object_store.h"
#include "common/storage/s3_session.h"

namespace doodle {

std::unique_ptr<ObjectStore> MakeS3ObjectStore(std::unique_ptr<S3Session> session);

}  // namespace doodle

#endif  // DOODLE_COMMON_STORAGE_S3_OBJECT_STORE_H_
