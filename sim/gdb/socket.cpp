#include "sim/gdb/socket.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

namespace takt::gdb {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

class Socket::Impl {
 public:
  Impl(std::uint16_t port, std::function<void(std::uint16_t)> waiting)
      : acceptor(context), peer(context), on_waiting(std::move(waiting)) {
    error_code error;
    acceptor.open(tcp::v4());
    acceptor.set_option(tcp::acceptor::reuse_address(true));
    acceptor.bind({asio::ip::address_v4::loopback(), port}, error);
    if (error) throw SocketError("port " + std::to_string(port) + " of 127.0.0.1: " + error.message());
  }

  asio::io_context context;
  tcp::acceptor acceptor;
  tcp::socket peer;
  std::function<void(std::uint16_t)> on_waiting;
};

Socket::Socket(std::uint16_t port, std::function<void(std::uint16_t)> on_waiting)
    : impl_(std::make_unique<Impl>(port, std::move(on_waiting))) {}
Socket::~Socket() = default;

void Socket::open() {
  error_code error;
  impl_->acceptor.listen(1, error);
  if (error) throw SocketError("cannot listen on 127.0.0.1: " + error.message());
  impl_->on_waiting(impl_->acceptor.local_endpoint().port());
  impl_->acceptor.accept(impl_->peer, error);
  if (error) throw SocketError("cannot accept a connection on 127.0.0.1: " + error.message());
  impl_->acceptor.close();
  impl_->peer.set_option(tcp::no_delay(true), error);
}

std::string Socket::receive() {
  char buffer[4096];
  error_code error;
  const std::size_t bytes = impl_->peer.read_some(asio::buffer(buffer), error);
  return {buffer, error ? 0 : bytes};
}

bool Socket::ready() {
  error_code error;
  return impl_->peer.available(error) != 0 || error;
}

void Socket::send(std::string_view bytes) {
  error_code gone;
  asio::write(impl_->peer, asio::buffer(bytes.data(), bytes.size()), gone);
}

}  // namespace takt::gdb
