#include "common/io/host_port.h"

#include "gtest/gtest.h"

namespace doodle {
namespace {

// The colons of an address must not be taken for the port's.
TEST(HostPortTest, AnIpv6AddressGetsBracketsOnce) {
  EXPECT_EQ(HostPort("127.0.0.1", 7460), "127.0.0.1:7460");
  EXPECT_EQ(HostPort("node-1.lab", 0), "node-1.lab:0");
  EXPECT_EQ(HostPort("::1", 7460), "[::1]:7460");
  EXPECT_EQ(HostPort("[::1]", 7460), "[::1]:7460");
}

TEST(HostPortTest, TheHostIsWhatStandsBeforeAPort) {
  EXPECT_EQ(HostOf("127.0.0.1:7460"), "127.0.0.1");
  EXPECT_EQ(HostOf("[::1]:7460"), "[::1]");
  for (const char* text : {"", "host", "host:", "host:x", "host:70000", ":1", "::1:7460"})
    EXPECT_EQ(HostOf(text), "") << text;
}

TEST(HostPortTest, BracketsComeOffAsAPair) {
  EXPECT_EQ(WithoutBrackets("[::1]"), "::1");
  EXPECT_EQ(WithoutBrackets("::1"), "::1");
  EXPECT_EQ(WithoutBrackets("["), "[");
  EXPECT_EQ(WithoutBrackets(""), "");
}

}  // namespace
}  // namespace doodle
