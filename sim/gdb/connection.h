// The other side of a conversation, whatever carries the bytes.
#pragma once

#include <string>
#include <string_view>

namespace takt::gdb {

class Connection {
 public:
  virtual ~Connection() = default;
  // Waits until somebody is there.
  virtual void open() = 0;
  // Some bytes, waiting for them. Empty: the other side has gone.
  virtual std::string receive() = 0;
  // Whether receive() would return at once.
  virtual bool ready() = 0;
  // Lost where the other side has gone.
  virtual void send(std::string_view bytes) = 0;
};

}  // namespace takt::gdb
