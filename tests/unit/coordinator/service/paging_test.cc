#include "coordinator/service/paging.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(PagingTest, WalksThroughAllPagesOnce) {
  const std::vector<int> items = {1, 2, 3, 4, 5};
  ASSERT_OK_AND_ASSIGN(const Page<int> first, PageOf(items, 2, ""));
  EXPECT_THAT(first.items, ElementsAre(1, 2));
  ASSERT_OK_AND_ASSIGN(const Page<int> second, PageOf(items, 2, first.next_token));
  EXPECT_THAT(second.items, ElementsAre(3, 4));
  ASSERT_OK_AND_ASSIGN(const Page<int> third, PageOf(items, 2, second.next_token));
  EXPECT_THAT(third.items, ElementsAre(5));
  EXPECT_THAT(third.next_token, IsEmpty());
}

TEST(PagingTest, NamesTheFieldThatIsWrong) {
  const absl::Status token = PageOf(std::vector<int>{1}, 2, "x").status();
  EXPECT_THAT(token, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(FieldOf(token), "page_token");
  EXPECT_EQ(FieldOf(PageOf(std::vector<int>{1}, 1001, "").status()), "page_size");
}

TEST(PagingTest, GivesAnEmptyLastPagePastTheEnd) {
  ASSERT_OK_AND_ASSIGN(const Page<int> page, PageOf(std::vector<int>{1}, 2, "7"));
  EXPECT_THAT(page.items, IsEmpty());
  EXPECT_THAT(page.next_token, IsEmpty());
}

}  // namespace
}  // namespace doodle
