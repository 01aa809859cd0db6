# Generates proto/doodle/v1 into build/gen, as the library doodle_proto.
file(GLOB DOODLE_PROTOS CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/proto/doodle/v1/*.proto)
set(DOODLE_GEN ${CMAKE_BINARY_DIR}/gen)
file(MAKE_DIRECTORY ${DOODLE_GEN})
find_program(DOODLE_GRPC_PLUGIN grpc_cpp_plugin REQUIRED)

set(DOODLE_PROTO_OUTPUTS)
foreach(proto ${DOODLE_PROTOS})
  get_filename_component(name ${proto} NAME_WE)
  set(base ${DOODLE_GEN}/doodle/v1/${name})
  set(outputs ${base}.pb.cc ${base}.pb.h)
  set(grpc_arguments)
  if(name MATCHES "_service$")
    list(APPEND outputs ${base}.grpc.pb.cc ${base}.grpc.pb.h)
    set(grpc_arguments --grpc_out=${DOODLE_GEN} --plugin=protoc-gen-grpc=${DOODLE_GRPC_PLUGIN})
  endif()
  add_custom_command(
    OUTPUT ${outputs}
    COMMAND protobuf::protoc -I ${CMAKE_SOURCE_DIR}/proto --cpp_out=${DOODLE_GEN} ${grpc_arguments} ${proto}
    DEPENDS ${DOODLE_PROTOS}
    VERBATIM)
  list(APPEND DOODLE_PROTO_OUTPUTS ${outputs})
endforeach()

add_library(doodle_proto STATIC ${DOODLE_PROTO_OUTPUTS})
target_include_directories(doodle_proto SYSTEM PUBLIC ${DOODLE_GEN})
target_link_libraries(doodle_proto PUBLIC gRPC::grpc++ protobuf::libprotobuf)
